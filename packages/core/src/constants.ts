// Each number has its unit, its reason and its source. "(m)" means measured with the browsers that the
// tests use.

/** The protocol's version, in links, joins and hellos. */
export const PROTOCOL_VERSION = 1;

/** Bytes. The unit of the wire: every browser takes messages of this size (RFC 8841 and its predecessors). */
export const CHUNK_BYTES = 16 * 1024;

/** Chunks in a piece. */
export const PIECE_CHUNKS = 64;

/** Bytes. The unit of hashing, credit and durable writing: large enough to make a machine's step free of cost. */
export const PIECE_BYTES = CHUNK_BYTES * PIECE_CHUNKS;

/** Bytes in front of a bulk frame's payload. */
export const FRAME_HEADER_BYTES = 16;

/** Bytes. The receiver's credit window to begin with, of which half to twice fit a path later: it bounds its memory. */
export const CREDIT_WINDOW_BYTES = 16 * 1024 * 1024;

/** Milliseconds from a piece's last byte to the sender's using its credit, the path apart: busy threads at both ends pass it on. */
export const CREDIT_TURNAROUND = 500;

/** Bytes. Credit is returned in steps of this size: an eighth of the window at most, so that it never runs dry on it. */
export const CREDIT_BATCH_BYTES = 1024 * 1024;

/** Bytes. What all lanes together may have under way, queues included; a channel's queue throws at 16 MiB in Chromium (m). */
export const BUFFER_HIGH_BYTES = 4 * 1024 * 1024;

/**
 * Bytes. What a lane may have under way until its goodput is known: two lanes that had 256 KiB each lost bursts on a
 * link of 100 Mbit/s with an ordinary queue (m), and at 50 ms it is still as fast as one association mostly is.
 */
export const UNDER_WAY_START = 128 * 1024;

/**
 * Bytes. What a lane may have under way at most, unless the round trip is so long that it comes to less than
 * {@link LANE_GOODPUT_MAX}: with more, its receiver's socket, which holds 128 KiB in Chromium, loses bursts (m).
 */
export const UNDER_WAY_MAX = 192 * 1024;

/** Bytes a second. What a lane may come to on a long path at most: what 192 KiB in 100 ms are. */
export const LANE_GOODPUT_MAX = 2_000_000;

/** Milliseconds. Below, a burst that was lost is soon there once more, and a lane may have more under way. */
export const SHORT_ROUND_TRIP = 5;

/** What a lane may have under way, as a multiple of what arrives of it in a round trip: more than one, so that it can grow. */
export const UNDER_WAY_GAIN = 2;

/** Milliseconds that count as part of each round trip: busy threads pass on what has arrived. */
export const UNDER_WAY_TURNAROUND = 10;

/** Bytes. What a lane may have under way, however slow it is: eight messages. */
export const UNDER_WAY_MIN = 8 * (CHUNK_BYTES + FRAME_HEADER_BYTES);

/** Bytes of messages after which a receiver says that they have arrived: four, and at most a lane's low mark. */
export const ARRIVED_STEP = 4 * CHUNK_BYTES;

/** Milliseconds of a lane's goodput that it may have under way on a short path: nothing that is said waits long behind it. */
export const SHORT_PATH_TIME = 1_000;

/** Bytes. Filling starts again here at the latest, all lanes together; below the high mark, or it can stall for ever. */
export const BUFFER_LOW_BYTES = 1024 * 1024;

/** Chunks of a piece's rest that are worth another lane's while, at least. */
export const SHARED_CHUNKS_MIN = 4;

/** Milliseconds' worth that a capped sender hands over at a time: short for whoever shares the network, long for a timer. */
export const PACE_PORTION_TIME = 100;

/** Milliseconds that count at most as passed at once: a hidden tab's timers come once a second, a sleeping machine's never. */
export const PACE_ELAPSED_MAX = 2_000;

/** Pieces read and hashed ahead of the wire: slices of 1 MiB read at 250 MB/s one by one, four at once at 400 (m). */
export const READ_AHEAD_PIECES = 4;

/** Small pieces read ahead, as far as they take no more memory: files are read one by one. */
export const READ_AHEAD_SMALL_PIECES = 256;

/** Bytes of UTF-8 in one control message: half of what the smallest browser limit allows for text. */
export const CONTROL_BYTES_MAX = 64 * 1024;

/** Bytes of a leaf: SHA-256. */
export const LEAF_BYTES = 32;

/** Leaves in one `held`: a GiB of pieces, 43 KiB of base64url, which fits a control message. */
export const HELD_LEAVES_MAX = 1024;

/** Ranges of pieces in one `again` or `missing`: at most 36 characters each, which fits a control message. */
export const RANGES_MAX = 1024;

/** Pieces that a sender compares at a time with what the receiver says it holds: 64 MiB to read at most. */
export const CHECK_PIECES = 64;

/** Bytes of UTF-8 of entries in one manifest page: leaves room in a control message for its frame. */
export const PAGE_BYTES = 48 * 1024;

/** Entries in a manifest: five times the 10,000 that are an ordinary case. */
export const FILES_MAX = 50_000;

/**
 * Bytes of UTF-8 of all paths in a manifest: what a hostile sender can make a receiver hold before accepting.
 * With the most entries and media types, its pages stay below the 16 MiB at which Chromium's queue throws (m).
 */
export const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

/** Bytes of UTF-8 of a path, its segments and the bundle's name: the least that common file systems take. */
export const PATH_BYTES_MAX = 1024;
export const SEGMENT_BYTES_MAX = 255;
export const PATH_SEGMENTS_MAX = 32;

/** Characters of a file's media type: the longest that are registered take about 100. */
export const MEDIA_TYPE_MAX = 127;

/** Characters of text in a message to or from the signaling server. */
export const SERVER_MESSAGE_MAX = 64 * 1024;

/** Bytes of one session message: in base64url with its envelope it stays below {@link SERVER_MESSAGE_MAX}. */
export const SIGNAL_BYTES_MAX = 40 * 1024;

/** Bytes of a session message's plaintext: what {@link SIGNAL_BYTES_MAX} leaves beside the tag of AES-GCM. */
export const SESSION_BYTES_MAX = SIGNAL_BYTES_MAX - 16;

/** Characters of SDP: Chromium's for two data channels and many candidates takes 3 (m). */
export const SDP_MAX = 32 * 1024;

/** Candidates held before their description: four interfaces with both families, UDP and TCP, give 32. */
export const CANDIDATES_MAX = 64;

/** Slots for handshakes that have not proven the link yet: one for each receiver that a room takes. */
export const HALF_OPEN_MAX = 8;

/** Milliseconds that a half-open slot is kept: ten slow round trips. */
export const HALF_OPEN_TIMEOUT = 10_000;

/** Deliveries that a sender's tab keeps in mind, ended ones included: bounds what visitors can make it hold. */
export const DELIVERIES_MAX = 64;

/** Receivers online in a room. */
export const RECEIVERS_MAX = 8;

/** Milliseconds after which a receiver that did not accept leaves its room. */
export const UNACCEPTED_TIMEOUT = 10 * 60_000;

/** Milliseconds between the server's pings: below the minute after which proxies drop idle connections. */
export const PING_INTERVAL = 25_000;

/** Milliseconds of silence after which a socket counts as dead: two pings and a slow path. */
export const SILENCE_TIMEOUT = 60_000;

/**
 * WebSocket close codes of the signaling server (SPEC.md, S12). Below 4000 they are the registry's (RFC 6455,
 * section 7.4); a browser sees the code even where the message before it is lost.
 */
export const CLOSE_CODES = {
  left: 1000,
  refused: 1008,
  restarting: 1012,
  limit: 1013,
  replaced: 4001,
  full: 4003,
  idle: 4004,
  silent: 4005,
} as const;

/** Milliseconds for opening a socket and being answered `joined`. */
export const JOIN_TIMEOUT = 10_000;

/** Milliseconds. Full-jitter back-off between attempts: random(0, min(max, base * 2^attempt)), from at least a tenth of it. */
export const BACKOFF_BASE = 500;
export const BACKOFF_MAX = 30_000;

/** Milliseconds for the answer to the first handshake message. */
export const HANDSHAKE_TIMEOUT = 10_000;

/** Milliseconds from the hello to an open lane: ICE gives up on its own only after longer than a person waits (m). */
export const CONNECT_TIMEOUT = 30_000;

/** Milliseconds. The control channel's heartbeat: a killed peer's channel stays open for 45 s without it (m). */
export const HEARTBEAT_INTERVAL = 5_000;
export const HEARTBEAT_TIMEOUT = 15_000;

/**
 * Milliseconds of silence after which another path is looked for (an ICE restart), before the connection is
 * given up: two heartbeats have been missed, and there are five seconds left for a restart's round trips.
 */
export const STALL_TIMEOUT = 10_000;

/** Lanes of a delivery in all: eight associations make four to nine times of one over distance and loss (m). */
export const LANES_MAX = 8;

/** Lanes of all deliveries of a sender's tab, as far as each has its first: two full deliveries' worth. */
export const LANES_TOTAL = 16;

/** Milliseconds after which a delivery that still has something under way gets its second lane: small ones have gone by then. */
export const LANE_FIRST_INTERVAL = 150;

/** Milliseconds over which goodput is measured: some round trips, and eight lanes within five seconds of the start. */
export const LANE_SAMPLE_INTERVAL = 500;

/**
 * Samples of a step without growth after which its lanes are closed. An association that has met its path's limit
 * goes on from there by a packet a round trip, so that new lanes need seconds to show what they bring (m).
 */
export const LANE_DOUBTS_MAX = 6;

/** Samples whose mean a step is held against, where it isn't the first: one alone is off by far, and there is time. */
export const LANE_FIRST_SAMPLES = 4;

/** Samples of fewer lanes against which a step that showed nothing is judged: two seconds, since lanes are lacking meanwhile. */
export const LANE_COMPARE_SAMPLES = 4;

/** What a step must make of goodput to be kept: from 4 to 8 lanes a link of 100 Mbit/s gives 7 % more (m). */
export const LANE_GROWTH = 1.05;

/** Milliseconds for a further lane to open; it is given up then, and nothing is lost. */
export const LANE_OPEN_TIMEOUT = 10_000;

/** Milliseconds without credit after which further lanes are given up: a heartbeat's time less what tells of it. */
export const LANE_STALL_TIMEOUT = 10_000;

/** Milliseconds between two attempts to do better, doubled with each one in vain. */
export const LANE_PATIENCE_MIN = 10_000;
export const LANE_PATIENCE_MAX = 240_000;

/** Authentication failures in a row, while connecting, that mean an attack and not an accident. */
export const AUTHENTICATION_FAILURES_MAX = 3;

/** Data channel ids of lane 0, agreed beforehand so that no message can come before its handler. */
export const CONTROL_CHANNEL_ID = 0;
export const BULK_CHANNEL_ID = 1;

/** Bytes that the memory sink takes: a phone's tab survives it; above it the delivery is refused. */
export const MEMORY_SINK_BYTES_MAX = 512 * 1024 * 1024;
