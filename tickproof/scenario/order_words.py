# SPDX-License-Identifier: Apache-2.0
"""What the random client, exchange, market and operator of `order_strategies` can say."""

from __future__ import annotations

__all__ = [
    "BACK",
    "CONTROL",
    "EXCHANGE_FRAMING",
    "FRAMING",
    "HEADER",
    "LIMITS",
    "MARKET",
    "ODD_MARKET",
    "ODD_PRICES",
    "ODD_QUANTITIES",
    "ODD_WORDS",
    "OPENING",
    "PRICES",
    "QUANTITIES",
    "SOUP",
]

# Each is tight enough for the orders below to pass it sometimes and fail it sometimes.
LIMITS = (
    "max_shares = 300", 'max_notional = "40000.00"', "collar_bps = 50", 'max_reference_age = "15us"', 'token = "3us"\nburst = 4',
    'duplicate_window = "4us"', "max_long = 600", "max_short = 500", 'max_gross = "90000.00"', 'session_max_gross = "150000.00"',
    "max_open_orders = 5", 'allowed_types = ["market", "cross"]', "short_ok = false", 'max_executions = 1\nexecution_window = "8us"',
    'dead_man = "20us"', 'allowed_phases = ["M"]', 'reject_mode = "drop"', "cancel_on_disconnect = true", 'client_types = "N"',
    "kill = true",
)  # fmt: skip
HEADER = """dut = "tick_to_trade"
gap_timeout = "1500ns"
links = "{links}"

[risk]
{limits}

[symbols.AAPL]

[symbols.MSFT]
max_shares = 200
restricted = {restricted}

[opening]
AAPL = "150.00x1000 150.02x800"
MSFT = "80.00x500 80.01x500"
---
"""
# What an order usually says, and what one says now and then.
PRICES = {"AAPL": ("150.02", "150.00"), "MSFT": ("80.01", "80.00"), "IBM": ("1.00",)}
ODD_PRICES = {"AAPL": ("149.00", "151.00", "market", "0", "199999.99", "200000.00"), "MSFT": ("79.00", "80.50", "market"), "IBM": ("0",)}
QUANTITIES, ODD_QUANTITIES = ("100", "100", "100", "50", "200"), ("300", "301", "1", "0", "999999", "1000000")
ODD_WORDS = (
    "tif=3", "tif=9", "display=N", "display=?", "capacity=A", "capacity=?", "iso=Y", "iso=?", "cross=O", "cross=?", "price_type=L",
    "price_type=P", "options=hex:05024c494d45", "options=hex:020650020650", "clordid=MINE",
)  # fmt: skip
FRAMING = (
    "packet=hex:0000", "packet=hex:0801", "packet=hex:000158", "client_heartbeat soup.length=2", "cancel_order ref=1 length=8",
    "msg=hex:5a00000001", "msg=hex:4e00000001", "enter_order ref=1 options=hex:0006 symbol=AAPL", "packet=hex:000155",
)  # fmt: skip
EXCHANGE_FRAMING = ("packet=hex:0000", "packet=hex:000258ff", "order_executed ref=1 length=35", "login_accepted session=S1 number=x")
MARKET = (
    "add_order symbol=AAPL ref={new} side=B shares=100 price=150.01", "add_order symbol=AAPL ref={new} side=S shares=100 price=150.01",
    "add_order symbol=MSFT ref={new} side=B shares=100 price=79.99", "order_executed symbol=AAPL ref=900000001 shares=1 match=1",
    "order_replace symbol=AAPL ref=900000002 new_ref=900000002 shares=50 price=150.03",
)  # fmt: skip
ODD_MARKET = (
    "add_order symbol=MSFT ref={new} side=S shares=1 price=79.00", "add_order symbol=AAPL ref={new} side=B shares=1 price=400.00",
    "order_replace symbol=MSFT ref=900000003 new_ref=900000003 shares=9 price=79.50", "order_delete symbol=MSFT ref=900000004",
    "reg_sho_restriction symbol=AAPL action=1", "reg_sho_restriction symbol=AAPL action=0", "stock_trading_action symbol=AAPL state=H",
    "operational_halt symbol=MSFT market=Q action=H", "system_event event=M",
)  # fmt: skip
BACK = {  # what brings the market back, some microseconds later
    "state=H": "stock_trading_action symbol=AAPL state=T",
    "action=H": "operational_halt symbol=MSFT market=Q action=T",
    "event=M": "system_event event=Q",
    "symbol=AAPL ref={new}": "order_delete symbol=AAPL ref={new}",
    "symbol=MSFT ref={new}": "order_delete symbol=MSFT ref={new}",
    "ref=900000004": "add_order symbol=MSFT ref=900000004 side=S shares=500 price=80.01",
}
OPENING = (
    "system_event event=Q", "stock_directory symbol=AAPL", "stock_trading_action symbol=AAPL state=T",
    "add_order symbol=AAPL ref=900000001 side=B shares=9 price=150.00", "add_order symbol=AAPL ref=900000002 side=S shares=9 price=150.02",
)  # fmt: skip
CONTROL = (
    "kill on", "kill off", "kill AAPL on", "kill AAPL off", "kill MSFT on", "kill MSFT off", "kill session on", "kill session off",
    "kill off", "kill session off", "kill 9 on", "limit AAPL max_shares=100", "limit AAPL max_shares=500", "limit max_open_orders=2",
    "limit max_open_orders=9", "limit burst=0", "limit burst=3", "limit AAPL max_executions=0 execution_window=5us",
    "limit MSFT restricted=off", "position AAPL -500", "position AAPL 0", "position MSFT 600", "executed AAPL 60000.00",
    "executed AAPL 0", "executed session 149000.00", "executed session 0", "release_order 1", "release_order 3", "alive", "alive",
    "commit", "book_trust AAPL", "book_clear MSFT", "set AAPL enabled=on", "session_reset",
)  # fmt: skip
SOUP = ("client_heartbeat", "debug text=x", "login_request username=T password=P session=S1 number=0", "account_query", "logout_request")
