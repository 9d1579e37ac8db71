// SPDX-License-Identifier: Apache-2.0
// Reads the 20 characters of a Login Accepted's number (SESS-ERROR 6): decimal digits with spaces before or behind, 1 to 2^64 - 1. One character a clock;
// a login is rare, and only its own side waits.
//
// Latency:      20 clk, s_valid to m_valid
// Throughput:   one number every 21 clk
// Backpressure: none; s_text stays until s_taken
// Errors:       anything else -> m_good is 0
//
// Parameters: none
module login_number (
    input  wire         clk,
    input  wire         rst,

    input  wire         s_valid,
    input  wire [159:0] s_text,       // the first character in the top byte
    input  wire         s_taken,      // the last clock of this text

    output wire         m_valid,
    output wire         m_good,
    output wire [63:0]  m_number
);

    localparam [4:0] COUNT = 5'd20;

    reg  [4:0]  at_q;                 // characters read
    reg         begun_q;              // there was a digit
    reg         ended_q;              // there was a space behind one
    reg         bad_q;
    reg  [63:0] number_q;

    wire [7:0]  character = s_text[159 - 8 * at_q -: 8];
    wire        is_space  = character == 8'h20;
    wire        is_digit  = character[7:4] == 4'h3 && character[3:0] <= 4'd9;
    wire [67:0] grown     = {1'b0, number_q, 3'd0} + {3'd0, number_q, 1'b0} + {64'd0, character[3:0]};

    always @(posedge clk) begin
        if (rst || !s_valid || s_taken) begin
            at_q     <= 5'd0;
            begun_q  <= 1'b0;
            ended_q  <= 1'b0;
            bad_q    <= 1'b0;
            number_q <= 64'd0;
        end else if (!m_valid) begin
            at_q <= at_q + 5'd1;
            if (is_digit) begin
                begun_q  <= 1'b1;
                number_q <= grown[63:0];
            end else begin
                ended_q  <= begun_q;
            end
            if (!(is_space || (is_digit && !ended_q && grown[67:64] == 4'd0)))
                bad_q <= 1'b1;
        end
    end

    assign m_valid  = at_q == COUNT;
    assign m_good   = !bad_q && number_q != 64'd0;
    assign m_number = number_q;

endmodule
