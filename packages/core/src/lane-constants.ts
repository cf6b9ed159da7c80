// How many lanes there are, and how long each of their steps takes. As in constants.ts, (m) means measured.

/** Milliseconds to wait for the receiver's last message on a closing lane: at 4 kB/s, 192 KiB have arrived by then. */
export const LANE_CLOSE_TIMEOUT = 60_000;

/**
 * Lanes of a delivery in total. With 50 ms and 1 % lost, eight bare associations carry 2.3 MB/s and 32 carry 8.3; with
 * 100 ms, 6.4 and 11.9 (m). Each costs a connection's memory at both ends.
 */
export const LANES_MAX = 32;

/**
 * Lanes of all deliveries of a sender's tab, except that each always has its first: one full delivery, and half of
 * another. Eight receivers still have six each.
 */
export const LANES_TOTAL = 48;

/**
 * Numbers of lanes in a generation. Lanes come and go, and each makes the receiver open a connection: a hostile sender
 * must not go on for ever. All lanes can be tried four times.
 */
export const LANE_NUMBERS_MAX = 128;

/**
 * ICE candidates of a further lane that each side names and takes. Lane 0 has found a way already, among up to 32: a
 * further lane needs the likely ones again. With 24 lanes, each one more is 24 checks at a time.
 */
export const LANE_CANDIDATES_MAX = 8;

/**
 * Host candidates of a further lane that are said as soon as they are known, besides the first one of each kind: IPv4,
 * IPv6 and names. That is five at most, and leaves three places for what STUN servers answer later.
 */
export const LANE_HOSTS_AT_ONCE = 3;

/** Candidates that STUN servers have found, said as soon as they are known: one each for both families, and another. */
export const LANE_MAPPED_AT_ONCE = 3;

/** Signals in one message: a description, the candidates and their end, for as many lanes as there can be. */
export const LANE_SIGNALS_MAX = (LANE_CANDIDATES_MAX + 2) * LANES_MAX;

/**
 * Milliseconds in which a further lane's signals wait for others. Lanes that are opened together describe themselves
 * within some milliseconds of each other.
 */
export const LANE_SIGNALS_DELAY = 20;

/**
 * Pieces that are open at once, or as many bytes of smaller ones: further lanes share them. With a piece for each of 32
 * lanes, the largest credit window would be used up before one is written.
 */
export const OPEN_PIECES_MAX = 10;

/** Milliseconds after which an unfinished delivery gets its second lane: small ones have finished by then. */
export const LANE_FIRST_INTERVAL = 150;

/** Milliseconds over which goodput is measured: some round trips, but soon enough for eight lanes in five seconds. */
export const LANE_SAMPLE_INTERVAL = 500;

/**
 * Samples of a step without growth after which its lanes are closed. An association that has met its path's limit grows
 * by a packet a round trip, so new lanes need seconds to show a gain (m).
 */
export const LANE_DOUBTS_MAX = 6;

/** Samples whose mean a step, other than the first, is compared with: a single one is far off, and there is time. */
export const LANE_FIRST_SAMPLES = 4;

/** Samples of fewer lanes that a step without gain is compared with: two seconds, since lanes are missing meanwhile. */
export const LANE_COMPARE_SAMPLES = 4;

/** Factor of goodput that the second lane must gain to be kept. */
export const LANE_GROWTH = 1.05;

/**
 * Factor of goodput that each later step must gain: a path that others share gives a little more to each lane that is
 * added, and takes it from them.
 */
export const LANE_GROWTH_LATER = 1.25;

/**
 * Lanes over a short path, where each step need only gain LANE_GROWTH. Only the processors limit such a path, and eight
 * associations need a fifth less of them for each byte than one or two; more gain nothing (m).
 */
export const LANES_NEAR_MAX = 8;

/**
 * Milliseconds of a round trip from which on a step that helped is followed by one to four times as many lanes. At 50,
 * an association carries little and needs a second to show it; at 20, four lanes fill a link of 100 Mbit/s (m).
 */
export const LANE_FAR = 40;

/** Milliseconds for a further lane to open. Then it is given up, and nothing is lost. */
export const LANE_OPEN_TIMEOUT = 10_000;

/**
 * Milliseconds without credit until further lanes are given up: the heartbeat's timeout, less the time to report it.
 */
export const LANE_STALL_TIMEOUT = 10_000;

/** Milliseconds between two attempts to add lanes, doubled after each failure. */
export const LANE_PATIENCE_MIN = 10_000;
export const LANE_PATIENCE_MAX = 240_000;

/**
 * Bytes that a delivery may have in flight until a round trip under load is known: what two lanes need. A link of 20
 * Mbit/s and 40 ms takes 85 ms for them.
 */
export const MANNERS_START = 13 * 16 * 1024;

/** Bytes a second of a home's narrow link. What it takes in the longest round trip that is not too much is no less polite. */
export const MANNERS_START_RATE = 2_500_000;

/**
 * Milliseconds that a round trip may be longer than over empty queues. A call hardly notices 50, and its packets vary
 * by some.
 */
export const MANNERS_MARGIN = 45;

/**
 * Milliseconds of a round trip from which on so much of it is the margin, if that is less: a queue that holds a round
 * trip's bytes is full before twice the round trip.
 */
export const MANNERS_NEAR = 15;
export const MANNERS_NEAR_PART = 0.8;

/** What remains of the bytes in flight when they give way once, as a factor. */
export const MANNERS_KEPT_MIN = 0.5;
export const MANNERS_KEPT_MAX = 0.8;

/** Factor of what the round trip would be with a queue of the delivery's own, above which the cause is another. */
export const MANNERS_HELP = 1.25;

/** The part of what was in flight that is restored where another is the cause: two steps of giving way stay. */
export const MANNERS_RESTORED = 0.64;

/** Milliseconds for which a round trip that has another cause is ignored, doubled each time. */
export const MANNERS_PATIENCE_MIN = 30_000;
export const MANNERS_PATIENCE_MAX = 240_000;

/** Factor by which more must arrive when twice as much may be in flight, where the round trip isn't short any more. */
export const MANNERS_GAIN = 1.25;

/** Factor by which what may be in flight grows near what the path takes: half of too much must not become all of it. */
export const MANNERS_GROWTH = 1.25;

/** Samples in a row that show a queue: one may be a processor's. */
export const MANNERS_DOUBTS = 2;

/** The part of what may be in flight that is, where the path can show whether that is too much. */
export const MANNERS_FULL = 0.5;

/** The part of what may be in flight that was, on average, where its arrival shows that it is not too much. */
export const MANNERS_CARRIED = 0.75;

/**
 * The part of what is in flight that has to be on the path, to be a cause of its queue; twice that where a start is
 * taken back at once. With 1 % lost it is a fifth, on a link that is full nearly all (m).
 */
export const MANNERS_OWN = 0.25;

/** Round trips in which an association that has begun sends as much as it is given: it doubles from a few packets. */
export const MANNERS_RAMP = 3;

/** Milliseconds between two questions for round trips, and between the first ones, when lanes are added. */
export const MANNERS_INTERVAL = 500;
export const MANNERS_INTERVAL_FIRST = 200;

/** Lanes that are asked for round trips at a time: each has checks of its own, and each question costs. */
export const MANNERS_LANES_MAX = 8;

/** Milliseconds. No path takes longer: a connection whose checks do is given up. */
export const ROUND_TRIP_MAX = 60_000;
