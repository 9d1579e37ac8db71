// The style of the nineties: ports are named first and declared below; i_ and o_ say which way each signal goes.
module byte_fifo (
    i_clk,
    i_reset_n,
    i_data,
    i_be,
    i_valid,
    o_ready,
    i_eop,
    o_data,
    o_be,
    o_valid,
    i_ready,
    o_eop
);
  parameter LG_DEPTH = 4;
  parameter BYTES = 8;
  localparam WIDTH = 8 * BYTES;
  localparam DEPTH = 1 << LG_DEPTH;
  input i_clk, i_reset_n, i_valid, i_eop, i_ready;
  input [WIDTH-1:0] i_data;
  input [BYTES-1:0] i_be;
  output o_ready, o_valid, o_eop;
  output [WIDTH-1:0] o_data;
  output [BYTES-1:0] o_be;

  reg [WIDTH+BYTES:0] store[0:DEPTH-1];
  reg [LG_DEPTH:0] head, tail;
  wire [LG_DEPTH:0] fill = head - tail;

  assign o_ready = fill != DEPTH;
  assign o_valid = fill != 0;
  assign {o_eop, o_be, o_data} = store[tail[LG_DEPTH-1:0]];

  always @(posedge i_clk) begin
    if (i_valid && o_ready) begin
      store[head[LG_DEPTH-1:0]] <= {i_eop, i_be, i_data};
      head <= head + 1'b1;
    end
    if (o_valid && i_ready) tail <= tail + 1'b1;
    if (!i_reset_n) begin
      head <= 0;
      tail <= 0;
    end
  end
endmodule
