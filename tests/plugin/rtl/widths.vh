`define LANE_BITS 8
