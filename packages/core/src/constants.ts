// Each number has its unit, its reason and its source. "(m)" means measured with the browsers that the
// tests use.

export * from './lane-constants.ts';

/** The protocol's version, in joins and hellos. */
export const PROTOCOL_VERSION = 2;

/** The version of links, which changes independently. The second one has a check in it. */
export const LINK_VERSION = 2;

/** Bytes. The unit of the wire: every browser takes messages of this size (RFC 8841 and its predecessors). */
export const CHUNK_BYTES = 16 * 1024;

/** Chunks in a piece. */
export const PIECE_CHUNKS = 64;

/** Bytes. The unit of hashing, credit and durable writing: large enough that a machine's step costs next to nothing. */
export const PIECE_BYTES = CHUNK_BYTES * PIECE_CHUNKS;

/**
 * Chunks in a frame at most. A peer that names no limit takes messages of 64 KiB (RFC 8841), which three chunks stay
 * below. Messages of 64 KiB need 4 % less processor time than of 16 in two bare pages, and larger ones no less (m).
 */
export const FRAME_CHUNKS_MAX = 3;

/** Bytes in front of a bulk frame's payload. */
export const FRAME_HEADER_BYTES = 16;

/** Entries behind the first one that a pack may reach, so that its bitmap takes 128 bytes at most. */
export const PACK_SPAN = 1024;

/** Bytes. The receiver's initial credit window, which bounds its memory. Later half to twice of it fit the path. */
export const CREDIT_WINDOW_BYTES = 16 * 1024 * 1024;

/** Milliseconds from a piece's end until the sender uses its credit, without the path: busy threads pass it on. */
export const CREDIT_TURNAROUND = 500;

/** Milliseconds for which the window allows bytes in flight: on paths of half a second, a lane may have that many. */
export const CREDIT_FLIGHT_TIME = 1_000;

/** Bytes of credit that are returned at a time: at most an eighth of the window, so that credit doesn't run out. */
export const CREDIT_BATCH_BYTES = 1024 * 1024;

/** Bytes that all lanes may have in flight, queues included. In Chromium a channel's queue throws at 16 MiB (m). */
export const BUFFER_HIGH_BYTES = 4 * 1024 * 1024;

/**
 * Bytes that a lane may have in flight until its goodput is known. Two lanes with 256 KiB each lost bursts on a link of
 * 100 Mbit/s with an ordinary queue (m); at 50 ms, this is still as fast as one association mostly is.
 */
export const IN_FLIGHT_START = 128 * 1024;

/**
 * Bytes that a lane may have in flight at most, unless the round trip is so long that this keeps it below {@link
 * LANE_GOODPUT_MAX}. With more, bursts are lost in its receiver's socket, which holds 128 KiB in Chromium (m).
 */
export const IN_FLIGHT_MAX = 192 * 1024;

/** Bytes a second that a lane may reach on a long path: 192 KiB in 100 ms. */
export const LANE_GOODPUT_MAX = 2_000_000;

/** Milliseconds. On a shorter round trip, a lost burst is soon sent again, so a lane may have more in flight. */
export const SHORT_ROUND_TRIP = 5;

/** Multiple of what arrives in a round trip that a lane may have in flight: more than one, so that it can grow. */
export const IN_FLIGHT_GAIN = 2;

/** Milliseconds that count as part of each round trip: busy threads take time to pass messages on. */
export const IN_FLIGHT_TURNAROUND = 10;

/** Bytes that even the slowest lane may have in flight: eight messages. */
export const IN_FLIGHT_MIN = 8 * (CHUNK_BYTES + FRAME_HEADER_BYTES);

/** Bytes of messages after which a receiver reports their arrival: four chunks, and at most a lane's low mark. */
export const ARRIVED_STEP = 4 * CHUNK_BYTES;

/** Bytes that a lane may have in flight even with manners: a report's worth, and a message that goes out meanwhile. */
export const LANE_SHARE_MIN = ARRIVED_STEP + CHUNK_BYTES + FRAME_HEADER_BYTES;

/**
 * Milliseconds of its goodput that a lane may have in flight on a short path. Twice the time in which busy threads pass
 * on that bytes have arrived: with a second's worth, the processors needed a tenth more for each byte (m).
 */
export const SHORT_PATH_TIME = 120;

/** Bytes in flight on all lanes at which filling starts again. If not below the high mark, it can stall for ever. */
export const BUFFER_LOW_BYTES = 1024 * 1024;

/** Fewest chunks of a piece's rest that are worth moving to another lane. */
export const SHARED_CHUNKS_MIN = 4;

/** Milliseconds' worth that a capped sender hands over at a time: short for the network, long enough for a timer. */
export const PACE_PORTION_TIME = 100;

/** Milliseconds that count as passed at once: a hidden tab's timers come once a second, a sleeping machine's never. */
export const PACER_ELAPSED_MAX = 2_000;

/** Pieces read and hashed ahead of the wire: slices of 1 MiB read at 250 MB/s one by one, four at once at 400 (m). */
export const READ_AHEAD_PIECES = 4;

/** Bytes of UTF-8 in one control message: half of what the smallest browser limit allows for text. */
export const CONTROL_BYTES_MAX = 64 * 1024;

/** Bytes of a leaf: SHA-256. */
export const LEAF_BYTES = 32;

/** Leaves in one `held`: a GiB of pieces, 43 KiB of base64url, which fits a control message. */
export const HELD_LEAVES_MAX = 1024;

/** Ranges of pieces in one `again` or `missing`: at most 36 characters each, which fits a control message. */
export const RANGES_MAX = 1024;

/** Pieces that a sender compares at a time with those that the receiver says it holds: 64 MiB to read at most. */
export const CHECK_PIECES = 64;

/** Bytes of UTF-8 of the entries in a manifest page: leaves room for the rest of a control message. */
export const PAGE_BYTES = 48 * 1024;

/** Entries in a manifest: five times the 10,000 of an ordinary large case. */
export const FILES_MAX = 50_000;

/**
 * Bytes of UTF-8 of all paths in a manifest: a hostile sender can make a receiver hold that much before it accepts.
 * With the most entries and the longest media types, its pages stay below the 16 MiB at which Chromium's queue throws
 * (m).
 */
export const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Bytes of UTF-8 of a path, and of a segment or the bundle's name: the smallest limits of common file systems. None of
 * them limits the depth of a tree, except by the length of its paths.
 */
export const PATH_BYTES_MAX = 1024;
export const SEGMENT_BYTES_MAX = 255;

/**
 * Bytes of a person's own name, and of a note, as JSON has them without their quotation marks. With both, and the
 * longest name of a bundle, a summary takes 956 of SUMMARY_BYTES (SPEC.md, N11).
 */
export const PERSON_BYTES_MAX = 128;
export const NOTE_BYTES_MAX = 480;

/**
 * Bytes of UTF-8 of a text that is handed over (SPEC.md, M9): some 60 dense pages, and little enough to be shown whole
 * by every browser. What is longer is a file.
 */
export const TEXT_BYTES_MAX = 256 * 1024;

/** Characters of a file's media type: the longest that are registered take about 100. */
export const MEDIA_TYPE_MAX = 127;

/** Characters of text in a message to or from the signaling server. */
export const SERVER_MESSAGE_MAX = 64 * 1024;

/** Bytes of one session message: in base64url with its envelope it stays below {@link SERVER_MESSAGE_MAX}. */
export const SIGNAL_BYTES_MAX = 40 * 1024;

/** Bytes of a session message's plaintext: {@link SIGNAL_BYTES_MAX} less the tag of AES-GCM. */
export const SESSION_BYTES_MAX = SIGNAL_BYTES_MAX - 16;

/** Bytes of a hello's plaintext, padded: twice what it takes with a name of PERSON_BYTES_MAX (SPEC.md, N10, N11). */
export const HELLO_BYTES = 512;

/** Bytes of a summary's and of a goodbye's plaintext, padded: the longest summary fits (SPEC.md, N10, N11). */
export const SUMMARY_BYTES = 1024;

/** Characters of SDP: Chromium's for two data channels and many candidates takes 3 (m). */
export const SDP_MAX = 32 * 1024;

/**
 * Remote candidates of one description, whether held or applied. Four interfaces with both families, each also reported
 * by two STUN servers, give 24. ICE sends packets to all of them.
 */
export const CANDIDATES_MAX = 32;

/**
 * Rounds of one generation: ICE restarts, each with its own candidates. If a path changes more often, a new generation
 * follows, after a back-off.
 */
export const ROUNDS_MAX = 64;

/** ICE restarts of one generation that the other side may ask for: one every ten seconds for minutes of a bad path. */
export const RESTARTS_WANTED_MAX = 16;

/** Slots for handshakes that have not proven the link yet: one for each receiver in a room. */
export const HALF_OPEN_MAX = 8;

/** Milliseconds that a half-open slot is kept: ten slow round trips. */
export const HALF_OPEN_TIMEOUT = 10_000;

/**
 * First messages with the link that a sender answers from one neighbourhood in {@link GREETINGS_TIMEOUT}, two a second.
 * Each costs some 4 ms of curves (m), and one of the 20 messages a second that a server accepts from the sender's
 * socket.
 */
export const GREETINGS_PER_TAG = 20;

/** Milliseconds after which the count starts again: a whole room that comes back at once is answered at once. */
export const GREETINGS_TIMEOUT = 10_000;

/** Milliseconds for which the sender's page shows knocks without the whole link. Then the count starts again. */
export const KNOCKS_TIMEOUT = 60_000;

/** Answers to such knocks in that time: a full room of accidents, and far fewer than the server allows a socket. */
export const KNOCK_ANSWERS_MAX = 24;

/** Deliveries that a sender's tab remembers, ended ones included: limits what visitors can make it hold. */
export const DELIVERIES_MAX = 64;

/** Accepted deliveries of one neighbourhood, from which on its newcomers wait: twice the number of seats. */
export const ACCEPTANCES_PER_TAG = 16;

/** Deliveries of one neighbourhood that nobody has accepted: enough for a household, and half of a room's seats. */
export const ADMISSIONS_PER_TAG = 4;

/**
 * Milliseconds after which a row is removed that nobody has accepted and whose receiver is neither online nor
 * connected: twice the longest back-off, after which it would have come back.
 */
export const ABSENCE_TIMEOUT = 60_000;

/** Rows that show receivers that wait for a place: as many as can knock at once. */
export const WAITING_MAX = 8;

/** Milliseconds for which such a row is shown: a receiver that still waits has tried again by then. */
export const WAITING_TIMEOUT = 90_000;

/** Members that a sender's tab considers online, whatever a server says: far more than a room holds. */
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
 * WebSocket close codes of the signaling server (SPEC.md, S12). Those below 4000 are from the registry (RFC 6455,
 * section 7.4). A browser sees the code even if the message before it is lost.
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

/** Milliseconds to open a socket and receive `joined`. */
export const JOIN_TIMEOUT = 10_000;

/** Milliseconds of full-jitter back-off: random(0, min(max, base * 2^attempt)), at least a tenth of the range. */
export const BACKOFF_BASE = 500;
export const BACKOFF_MAX = 30_000;

/** Milliseconds for the answer to the first handshake message. */
export const HANDSHAKE_TIMEOUT = 10_000;

/** Milliseconds from the hello to an open lane. ICE itself takes longer to give up than a person waits (m). */
export const CONNECT_TIMEOUT = 30_000;

/** Milliseconds. The control channel's heartbeat: a killed peer's channel stays open for 45 s without it (m). */
export const HEARTBEAT_INTERVAL = 5_000;
export const HEARTBEAT_TIMEOUT = 15_000;

/**
 * Milliseconds of silence after which an ICE restart looks for another path, before the connection is given up. Two
 * heartbeats have been missed, and five seconds are left for a restart's round trips.
 */
export const STALL_TIMEOUT = 10_000;

/**
 * Milliseconds from a connection to the first message of its offer, and from each of them to the next. A page takes 6 s
 * at 8 kB/s; the heartbeat finds a sender that is asleep.
 */
export const PAGE_TIMEOUT = 30_000;

/** Milliseconds from a connection to its complete offer: the longest possible one takes so long at 56 kB/s. */
export const OFFER_TIMEOUT = 5 * 60_000;

/**
 * Milliseconds that an offer may go without an answer: longer than {@link UNACCEPTED_TIMEOUT}, so that it ends only
 * offers that no server has ended.
 */
export const ANSWER_TIMEOUT = 15 * 60_000;

/** Milliseconds without movement after which the page shows it: longer than it takes to give up and replace lanes. */
export const QUIET_TIMEOUT = 20_000;

/**
 * Milliseconds without movement over a live connection after which the receiver tries another: longer than a drive
 * takes to wake up, or a cloud folder to fetch a file of some GB.
 */
export const STANDSTILL_TIMEOUT = 5 * 60_000;

/** Times in a row that a receiver tries another connection because nothing moves. A fourth would do no better. */
export const STANDSTILLS_MAX = 3;

/** Milliseconds without movement after which the sender gives up: the receiver has tried everything by then. */
export const ABANDON_TIMEOUT = (STANDSTILLS_MAX + 2) * STANDSTILL_TIMEOUT;

/** Milliseconds to wait for the sender's last message. Without it the receiver has everything all the same (X3). */
export const CONFIRM_TIMEOUT = 30_000;

/** Authentication failures in a row, while connecting, that mean an attack and not an accident. */
export const AUTHENTICATION_FAILURES_MAX = 3;

/** Data channel ids of lane 0, agreed beforehand so that no message can come before its handler. */
export const CONTROL_CHANNEL_ID = 0;
export const BULK_CHANNEL_ID = 1;

/** Bytes that the memory sink takes: a phone's tab survives that much. Larger deliveries are refused. */
export const MEMORY_SINK_BYTES_MAX = 512 * 1024 * 1024;
