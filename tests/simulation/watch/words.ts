import type { AnyMachineSnapshot } from 'xstate';
import type { Attack } from '../world/attack.ts';
import type { World } from '../world/world.ts';

/** The fields of a machine's context that explain its state, if it has any. */
interface Reasons {
  readonly pauses?: readonly string[];
  readonly failure?: string;
  readonly cancelledBy?: string;
  readonly refusal?: string;
}

/** A machine's state and the reason: `moving: paused (paused by disk)`. */
export function describeState({ value, context }: AnyMachineSnapshot): string {
  const { pauses = [], failure, cancelledBy, refusal } = context as Reasons;
  const why = [
    ...(pauses.length > 0 ? [`paused by ${pauses.join(' and ')}`] : []),
    ...(failure === undefined ? [] : [`failed with ${failure}`]),
    ...(cancelledBy === undefined ? [] : [`ended by ${cancelledBy}`]),
    ...(refusal === undefined ? [] : [`refused with ${refusal}`]),
  ];
  return JSON.stringify(value) + (why.length === 0 ? '' : ` (${why.join(', ')})`);
}

/** A machine's new state, and the event that led there with its reason. */
export function describeStep(
  snapshot: AnyMachineSnapshot,
  event: { readonly type: string; readonly code?: unknown; readonly reason?: unknown },
): string {
  const { id } = snapshot.machine as { readonly id: string };
  const said = [event.code, event.reason].find((one) => typeof one === 'string');
  const cause = event.type + (said === undefined ? '' : ` ${said}`);
  return `${id}: ${describeState(snapshot)} on ${cause}`;
}

/** The lines that describe the world to a reader before the story begins. */
export function introduce(
  { place, sender, receivers, attack, withholding, watch, duration }: World,
  { isLive, calm }: { readonly isLive: boolean; readonly calm: number },
): readonly string[] {
  const { delay, jitter, rate } = place.internet.speed;
  const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
  return [
    `files of ${sender.sizes.join(', ')} bytes`,
    `${receivers.map(({ name }) => name).join(', ')}; hostile: ${watch.parties.hostile}`,
    ...(withholding === undefined
      ? []
      : [`the ${withholding.role} withholds ${withholding.what}: ${withholding.extent}`]),
    ...(attack === undefined ? [] : [describeAttack(attack, receivers)]),
    `${delay} to ${delay + jitter} ms one way, ${Math.round(rate)} bytes/ms: ${seconds(duration)} for the bundle`,
    `bulk channels ${place.engines === 'local' ? 'on the pages' : 'in workers'}`,
    isLive
      ? `liveness: faults until ${seconds(calm)}, then everything has to come to an end`
      : `safety: faults until the end, at ${seconds(calm)}`,
  ];
}

function describeAttack(
  { withLink, withRoom, neighbour }: Attack,
  receivers: World['receivers'],
): string {
  const isShared = receivers.some(({ name }) => name === neighbour);
  const whose = isShared ? `that ${neighbour} shares` : 'that nobody else lives in';
  return `attackers of one neighbourhood, ${whose}: ${withLink} with the link, ${withRoom} with the room's id alone`;
}
