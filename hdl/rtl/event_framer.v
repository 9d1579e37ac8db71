// SPDX-License-Identifier: Apache-2.0
// Packs event records into UDP datagrams (contract 8). The header states the length, so a batch is fixed when its first beat leaves: all records that are
// there by then, at most 22. An idle framer thus sends a record at once, and a busy one sends larger and larger batches, which cost less a record.
//
//   byte  0  destination MAC, source MAC, 0x0800
//        14  IPv4: 45 00, length, id 0, DF, TTL 64, UDP, checksum, addresses
//        34  UDP: ports, length, checksum 0
//        42  records of 64 bytes: each beat holds the last 2 bytes of one word and the first 6 of the next
//
// Latency:      6 clk, level above 0 to the beat with the first byte of the first record
// Throughput:   8 beats a record and 6 a datagram, no bubbles: a record per 9 clk with batches of 6 or more
// Backpressure: lossless; m_events_axis_tready may be low for ever
// Errors:       none
//
// Parameters: none
module event_framer (
    input  wire         clk,
    input  wire         rst,

    // records, byte 0 in bits 7:0; level = how many are there to be taken, one a clock
    input  wire         rec_valid,
    output wire         rec_ready,
    input  wire [511:0] rec_data,
    input  wire [15:0]  rec_level,

    output wire [63:0]  m_events_axis_tdata,
    output wire [7:0]   m_events_axis_tkeep,
    output wire         m_events_axis_tvalid,
    input  wire         m_events_axis_tready,
    output wire         m_events_axis_tlast,

    // configuration
    input  wire [47:0]  cfg_events_dst_mac,
    input  wire [47:0]  cfg_events_src_mac,
    input  wire [31:0]  cfg_events_dst_ip,
    input  wire [31:0]  cfg_events_src_ip,
    input  wire [15:0]  cfg_events_dst_port,
    input  wire [15:0]  cfg_events_src_port
);

    localparam [4:0] BATCH_MAX = 5'd22;

    localparam [1:0] IDLE    = 2'd0;   // sends beat 0 as soon as there is a record
    localparam [1:0] HEADER  = 2'd1;   // beats 1 to 4
    localparam [1:0] RECORDS = 2'd2;   // 8 beats a record, shifted by 2 bytes
    localparam [1:0] TAIL    = 2'd3;   // the last 2 bytes

    // ---- control

    reg  [1:0]   state_q;
    reg  [2:0]   beat_q;       // of the header: 1 to 4; of a record: 0 to 7
    reg  [4:0]   left_q;       // records of the batch not yet loaded

    wire         advance   = !m_events_axis_tvalid || m_events_axis_tready;
    wire         start     = advance && state_q == IDLE && rec_level != 16'd0;
    wire         load_first = state_q == HEADER && beat_q == 3'd4;
    wire         load_next  = state_q == RECORDS && beat_q == 3'd7 && left_q != 5'd0;
    wire         load       = advance && (load_first || load_next);
    wire [4:0]   batch      = rec_level < {11'd0, BATCH_MAX} ? rec_level[4:0] : BATCH_MAX;

    assign rec_ready = load;

    always @(posedge clk) begin
        if (rst) begin
            state_q <= IDLE;
        end else if (advance) begin
            case (state_q)
                IDLE: begin
                    if (start)
                        state_q <= HEADER;
                end
                HEADER: begin
                    if (load_first)
                        state_q <= RECORDS;
                end
                RECORDS: begin
                    if (beat_q == 3'd7 && left_q == 5'd0)
                        state_q <= TAIL;
                end
                default: begin
                    state_q <= IDLE;
                end
            endcase
        end
        if (advance && (start || state_q != IDLE))
            beat_q <= start ? 3'd1 : (load_first ? 3'd0 : beat_q + 3'd1);
        if (start)
            left_q <= batch;
        else if (load)
            left_q <= left_q - 5'd1;
    end

    // ---- lengths and IP checksum, ready two clocks after start; the checksum's beat is three after it

    reg  [19:0]  address_sum_q;    // of all header words that do not depend on the batch
    reg  [15:0]  ip_length_q;
    reg  [15:0]  udp_length_q;
    reg  [19:0]  sum_q;
    reg  [15:0]  checksum_q;

    wire [19:0]  address_sum = 20'h4500 + 20'h4000 + 20'h4011
                             + {4'd0, cfg_events_src_ip[31:16]} + {4'd0, cfg_events_src_ip[15:0]}
                             + {4'd0, cfg_events_dst_ip[31:16]} + {4'd0, cfg_events_dst_ip[15:0]};
    wire [16:0]  folded_once = {1'b0, sum_q[15:0]} + {13'd0, sum_q[19:16]};
    wire [15:0]  folded      = folded_once[15:0] + {15'd0, folded_once[16]};

    always @(posedge clk) begin
        address_sum_q <= address_sum;
        if (start) begin
            ip_length_q  <= 16'd28 + {5'd0, batch, 6'd0};
            udp_length_q <= 16'd8 + {5'd0, batch, 6'd0};
        end
        sum_q      <= address_sum_q + {4'd0, ip_length_q};
        checksum_q <= ~folded;
    end

    // ---- the record that is being sent, its number written in, and the 2 bytes that the next beat starts with

    reg  [31:0]  number_q;
    reg  [511:0] record_q;
    reg  [15:0]  carry_q;

    always @(posedge clk) begin
        if (load)
            record_q <= {rec_data[511:64], number_q[7:0], number_q[15:8], number_q[23:16], number_q[31:24], rec_data[31:0]};
        else if (advance && state_q == RECORDS)
            record_q <= {64'd0, record_q[511:64]};
        if (start)
            carry_q <= 16'd0;                       // the UDP checksum
        else if (advance && state_q == RECORDS)
            carry_q <= record_q[63:48];
        if (rst)
            number_q <= 32'd0;
        else if (load)
            number_q <= number_q + 32'd1;
    end

    // ---- output register; header words are written first byte first and swapped into AXI-Stream order

    reg  [63:0]  header;
    reg  [63:0]  data_q;
    reg          valid_q;
    reg          last_q;

    wire [63:0]  header_beat = {header[7:0], header[15:8], header[23:16], header[31:24],
                                header[39:32], header[47:40], header[55:48], header[63:56]};

    always @* begin
        case (beat_q)
            3'd1:    header = {cfg_events_src_mac[31:0], 16'h0800, 16'h4500};
            3'd2:    header = {ip_length_q, 16'h0000, 16'h4000, 16'h4011};
            3'd3:    header = {checksum_q, cfg_events_src_ip, cfg_events_dst_ip[31:16]};
            default: header = {cfg_events_dst_ip[15:0], cfg_events_src_port, cfg_events_dst_port, udp_length_q};
        endcase
        if (state_q == IDLE)
            header = {cfg_events_dst_mac, cfg_events_src_mac[47:32]};
    end

    always @(posedge clk) begin
        if (advance) begin
            last_q <= state_q == TAIL;
            case (state_q)
                RECORDS: data_q <= {record_q[47:0], carry_q};
                TAIL:    data_q <= {48'd0, carry_q};
                default: data_q <= header_beat;
            endcase
        end
        if (rst)
            valid_q <= 1'b0;
        else if (advance)
            valid_q <= start || state_q != IDLE;
    end

    assign m_events_axis_tdata  = data_q;
    assign m_events_axis_tkeep  = last_q ? 8'h03 : 8'hff;
    assign m_events_axis_tvalid = valid_q;
    assign m_events_axis_tlast  = last_q;

    // The level promises that a record is there whenever one is loaded, so rec_valid need not be asked; and the number is written over.
    wire unused = &{1'b0, rec_valid, rec_data[63:32]};

endmodule
