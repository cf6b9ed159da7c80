// Each number has its unit, its reason and its source. "(m)" means measured with the browsers that the
// tests use.

/** The protocol's version, in joins and hellos. */
export const PROTOCOL_VERSION = 1;

/** The link's version, which changes by itself: the second one has a check in it. */
export const LINK_VERSION = 2;

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

/** Bytes. What all lanes together may have in flight, queues included; a channel's queue throws at 16 MiB in Chromium (m). */
export const BUFFER_HIGH_BYTES = 4 * 1024 * 1024;

/**
 * Bytes. What a lane may have in flight until its goodput is known: two lanes that had 256 KiB each lost bursts on a
 * link of 100 Mbit/s with an ordinary queue (m), and at 50 ms it is still as fast as one association mostly is.
 */
export const IN_FLIGHT_START = 128 * 1024;

/**
 * Bytes. What a lane may have in flight at most, unless the round trip is so long that it comes to less than
 * {@link LANE_GOODPUT_MAX}: with more, its receiver's socket, which holds 128 KiB in Chromium, loses bursts (m).
 */
export const IN_FLIGHT_MAX = 192 * 1024;

/** Bytes a second. What a lane may come to on a long path at most: what 192 KiB in 100 ms are. */
export const LANE_GOODPUT_MAX = 2_000_000;

/** Milliseconds. Below, a burst that was lost is soon there once more, and a lane may have more in flight. */
export const SHORT_ROUND_TRIP = 5;

/** What a lane may have in flight, as a multiple of what arrives of it in a round trip: more than one, so that it can grow. */
export const IN_FLIGHT_GAIN = 2;

/** Milliseconds that count as part of each round trip: busy threads pass on what has arrived. */
export const IN_FLIGHT_TURNAROUND = 10;

/** Bytes. What a lane may have in flight, however slow it is: eight messages. */
export const IN_FLIGHT_MIN = 8 * (CHUNK_BYTES + FRAME_HEADER_BYTES);

/** Bytes of messages after which a receiver says that they have arrived: four, and at most a lane's low mark. */
export const ARRIVED_STEP = 4 * CHUNK_BYTES;

/** Milliseconds of a lane's goodput that it may have in flight on a short path: nothing that is said waits long behind it. */
export const SHORT_PATH_TIME = 1_000;

/** Bytes. Filling starts again here at the latest, all lanes together; below the high mark, or it can stall for ever. */
export const BUFFER_LOW_BYTES = 1024 * 1024;

/** Chunks of a piece's rest that are worth another lane's while, at least. */
export const SHARED_CHUNKS_MIN = 4;

/** Milliseconds' worth that a capped sender hands over at a time: short for whoever shares the network, long for a timer. */
export const PACE_PORTION_TIME = 100;

/** Milliseconds that count at most as passed at once: a hidden tab's timers come once a second, a sleeping machine's never. */
export const PACER_ELAPSED_MAX = 2_000;

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

/**
 * Bytes of UTF-8 of a path, its segments and the bundle's name: the least that common file systems take. None
 * of them bounds the depth of a tree, but by the length of its paths.
 */
export const PATH_BYTES_MAX = 1024;
export const SEGMENT_BYTES_MAX = 255;

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

/**
 * Remote candidates of one description, held or taken: four interfaces with both families, each with what two STUN
 * servers say, give 24. ICE sends packets to all of them.
 */
export const CANDIDATES_MAX = 32;

/**
 * Rounds of one generation: ICE restarts, each with candidates of its own. A path that has changed so often gets a new
 * generation, after a back-off.
 */
export const ROUNDS_MAX = 64;

/** ICE restarts of one generation that the other side may ask for: one every ten seconds for minutes of a bad path. */
export const RESTARTS_WANTED_MAX = 16;

/** Slots for handshakes that have not proven the link yet: one for each receiver that a room takes. */
export const HALF_OPEN_MAX = 8;

/** Milliseconds that a half-open slot is kept: ten slow round trips. */
export const HALF_OPEN_TIMEOUT = 10_000;

/**
 * First messages with the link that a sender answers from one neighbourhood in {@link GREETINGS_TIMEOUT}, two a second:
 * each costs some 4 ms of curves (m) and one of the 20 messages a second that a server takes from the sender's socket.
 */
export const GREETINGS_PER_TAG = 20;

/** Milliseconds after which counting them begins anew: a room's worth that comes back at once is answered at once. */
export const GREETINGS_TIMEOUT = 10_000;

/** Milliseconds for which the sender's page says that somebody knocked without the whole link; then counting begins anew. */
export const KNOCKS_TIMEOUT = 60_000;

/** Answers to such knocks in that time: a full room's worth of accidents, and far below what the server lets a socket say. */
export const KNOCK_ANSWERS_MAX = 24;

/** Deliveries that a sender's tab keeps in mind, ended ones included: bounds what visitors can make it hold. */
export const DELIVERIES_MAX = 64;

/** Accepted deliveries of one neighbourhood, from which on a newcomer of it waits: twice what can be seated at a time. */
export const ACCEPTANCES_PER_TAG = 16;

/** Deliveries of one neighbourhood that nobody has accepted: a household's worth, and half of a room's seats. */
export const ADMISSIONS_PER_TAG = 4;

/**
 * Milliseconds after which a row goes that nobody has accepted and whose receiver is neither online nor connected:
 * twice the longest back-off, after which it would have come back.
 */
export const ABSENCE_TIMEOUT = 60_000;

/** Rows that show who waits for a place: as many as can knock at a time. */
export const WAITING_MAX = 8;

/** Milliseconds for which such a row is shown: whoever still waits has tried again by then. */
export const WAITING_TIMEOUT = 90_000;

/** Members that a sender's tab takes to be online, whatever a server says: far above what a room takes. */
export const MEMBERS_MAX = 256;

/** Receivers that a room's sender can have admitted at once. */
export const RECEIVERS_MAX = 8;

/** Places for receivers that the sender has not admitted: one for each half-open slot of the sender's. */
export const KNOCKERS_MAX = 8;

/** Milliseconds for which a receiver may knock while the sender is online: two time-outs of a handshake. */
export const KNOCK_TIMEOUT = 20_000;

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

/**
 * Milliseconds from a connection to the first message of its offer, and from each of them to the next: a page takes
 * 6 s at 8 kB/s, and a sender that is asleep is found by the heartbeat.
 */
export const PAGE_TIMEOUT = 30_000;

/** Milliseconds from a connection to the whole of its offer: the longest that there can be takes so long at 56 kB/s. */
export const OFFER_TIMEOUT = 5 * 60_000;

/**
 * Milliseconds that an offer may stand without an answer: longer than {@link UNACCEPTED_TIMEOUT}, so that it ends
 * what no server has ended.
 */
export const ANSWER_TIMEOUT = 15 * 60_000;

/** Milliseconds in which nothing has moved, after which people are told: longer than lanes take to be given up and replaced. */
export const QUIET_TIMEOUT = 20_000;

/**
 * Milliseconds in which nothing has moved over a connection that lives, after which the receiver tries another: longer
 * than a drive takes to wake up, or a cloud folder to fetch a file of some GB.
 */
export const STANDSTILL_TIMEOUT = 5 * 60_000;

/** Times in a row that a receiver tries another connection because nothing moves: a fourth would do no better. */
export const STANDSTILLS_MAX = 3;

/** Milliseconds in which nothing has moved, after which the sender gives up: the receiver has tried all it can by then. */
export const ABANDON_TIMEOUT = (STANDSTILLS_MAX + 2) * STANDSTILL_TIMEOUT;

/** Milliseconds for the sender's last word: without it the receiver has everything all the same (X3). */
export const CONFIRM_TIMEOUT = 30_000;

/** Milliseconds for the receiver's last word on a lane that is closed: 192 KiB have arrived by then at 4 kB/s. */
export const LANE_CLOSE_TIMEOUT = 60_000;

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
