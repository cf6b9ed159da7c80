import { utf8Length } from '../bytes.ts';
import { CONTROL_BYTES_MAX, LANE_SIGNALS_MAX } from '../constants.ts';
import type { ControlMessage } from './control-messages.ts';
import type { LaneSignal } from './types.ts';

type LaneSignals = Extract<ControlMessage, { type: 'lane.signals' }>;

const EMPTY_BYTES = utf8Length(JSON.stringify({ type: 'lane.signals', signals: [] }));

/**
 * The fewest messages that carry these signals in their order (rule W1), but the lanes' in ascending order: a receiver
 * takes no offer with a lower number than the one before (W2), and browsers may finish a later one first.
 */
export function packLaneSignals(signals: readonly LaneSignal[]): readonly LaneSignals[] {
  const groups: LaneSignal[][] = [];
  let length = Infinity;
  for (const signal of signals.toSorted((one, other) => one.lane - other.lane)) {
    // One more, for the comma.
    const more = utf8Length(JSON.stringify(signal)) + 1;
    length += more;
    if (length > CONTROL_BYTES_MAX || groups.at(-1)?.length === LANE_SIGNALS_MAX) {
      groups.push([]);
      length = EMPTY_BYTES + more;
    }
    groups.at(-1)?.push(signal);
  }
  return groups.map((group) => ({ type: 'lane.signals', signals: group }));
}
