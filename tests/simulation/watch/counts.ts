import type {
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
  InspectedMicrostepEvent,
} from 'xstate';

/** How often each fault, state and transition has occurred. */
export interface Counts {
  readonly faults: Map<string, number>;
  readonly states: Map<string, number>;
  readonly transitions: Map<string, number>;
  count(event: InspectedMicrostepEvent): void;
  fault(name: string): void;
}

export function createCounts(): Counts {
  const faults = new Map<string, number>();
  const states = new Map<string, number>();
  const transitions = new Map<string, number>();
  const labels = new WeakMap<AnyTransitionDefinition, string>();
  const labelOf = (transition: AnyTransitionDefinition): string => {
    let label = labels.get(transition);
    if (label === undefined) labels.set(transition, (label = labelOfTransition(transition)));
    return label;
  };
  return {
    faults,
    states,
    transitions,
    fault: (name) => add(faults, name),
    count({ _transitions, snapshot }) {
      for (const transition of _transitions) add(transitions, labelOf(transition));
      const { _nodes: nodes } = snapshot as unknown as {
        readonly _nodes?: readonly AnyStateNode[];
      };
      for (const node of nodes ?? []) add(states, node.id);
    },
  };
}

function add(counts: Map<string, number>, key: string, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

function labelOfTransition(transition: AnyTransitionDefinition): string {
  const { source, eventType, target } = transition;
  const event = eventType === '' ? 'always' : eventType;
  const siblings =
    eventType === '' ? (source.always ?? []) : (source.transitions.get(eventType) ?? []);
  const place = siblings.indexOf(transition);
  const targets = target?.map(({ id }) => id).join(', ') ?? '(stays)';
  const alternative = siblings.length > 1 ? ` (${place + 1})` : '';
  return `${source.id}: ${event}${alternative} -> ${targets}`;
}

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

/** The names of a machine's states and transitions, as in the counts. */
export function namesOf({ root }: AnyStateMachine): {
  readonly states: readonly string[];
  readonly transitions: readonly string[];
} {
  const nodes = nodesOf(root);
  const transitions = nodes.flatMap((node) => [
    ...[...node.transitions.values()].flat(),
    ...(node.always ?? []),
  ]);
  return {
    states: nodes.map(({ id }) => id),
    transitions: transitions.map(labelOfTransition),
  };
}

/** Adds the counts of one run to the total. */
export function unite(total: Counts, { faults, states, transitions }: Counts | CountsMaps): void {
  for (const [key, times] of faults) add(total.faults, key, times);
  for (const [key, times] of states) add(total.states, key, times);
  for (const [key, times] of transitions) add(total.transitions, key, times);
}

type CountsMaps = Pick<Counts, 'faults' | 'states' | 'transitions'>;
