// SPDX-License-Identifier: Apache-2.0
// The overview: filter, folding, copying, and the way to a result and back (#NUMBER/TARGET).
"use strict";
{
  const filter = document.getElementById("filter"), bad = document.getElementById("bad");
  const folders = [...document.querySelectorAll("tbody.folder")];
  const folded = new Map(folders.map((folder) => [folder, folder.classList.contains("folded")]));

  function show() {
    const text = filter.value.toLowerCase(), searching = text !== "" || bad.checked;
    for (const folder of folders) {
      let any = false;
      for (const row of folder.querySelectorAll("tr.row")) {
        row.hidden = !row.dataset.path.toLowerCase().includes(text) || (bad.checked && !row.classList.contains("bad"));
        any ||= !row.hidden;
      }
      folder.classList.toggle("empty", !any);
      folder.classList.toggle("folded", !searching && folded.get(folder));
    }
  }

  filter.addEventListener("input", show);
  bad.addEventListener("change", show);
  document.querySelector("form.filter").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("unfold").addEventListener("click", () => { for (const folder of folders) folded.set(folder, false); show(); });
  for (const folder of folders)
    folder.querySelector(".fold").addEventListener("click", () => { folded.set(folder, !folder.classList.contains("folded")); show(); });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "copied";
    } catch { // a page from a file may not write there: what is selected can be copied by hand
      getSelection().selectAllChildren(code);
      button.textContent = "selected";
    }
  });

  let scrolled = 0;
  async function route() {
    const [, number, target] = location.hash.match(/^#(\d+)(?:\/(.+))?$/) ?? [];
    const overview = document.getElementById("overview"), detail = document.getElementById("detail");
    if (number === undefined) {
      const back = !detail.hidden;
      overview.hidden = false;
      detail.hidden = true;
      document.body.classList.remove("inside");
      if (back && !location.hash) scrollTo(0, scrolled);
      else if (back) document.querySelector(location.hash)?.scrollIntoView();
      return;
    }
    if (detail.hidden) scrolled = scrollY;
    await showDetail(detail, Number(number), target && decodeURIComponent(target));
    overview.hidden = true;
    detail.hidden = false;
    document.body.classList.add("inside");
    (detail.querySelector("tr.here") ?? detail.querySelector("h2")).scrollIntoView({ block: "nearest" });
    scrollTo(0, 0);
  }
  addEventListener("hashchange", route);
  route();

  addEventListener("beforeprint", () => { drawLatencies(); for (const failure of document.querySelectorAll("details.failure")) failure.open = true; });
  requestIdleCallback(drawLatencies);
}
