// Draws XState machines as Mermaid state diagrams.

/**
 * The part of XState's state node that is drawn.
 *
 * @typedef {object} Transition
 * @property {string} eventType
 * @property {readonly StateNode[] | undefined} [target]
 * @property {unknown} [guard]
 *
 * @typedef {object} StateNode
 * @property {string} id
 * @property {string} key
 * @property {readonly string[]} path
 * @property {'atomic' | 'compound' | 'parallel' | 'final' | 'history'} type
 * @property {Readonly<Record<string, StateNode>>} states
 * @property {{ target: readonly StateNode[] }} initial
 * @property {ReadonlyMap<string, readonly Transition[]>} transitions
 * @property {readonly Transition[] | undefined} [always]
 * @property {readonly (Transition & { delay: unknown })[]} after
 * @property {readonly { id: string, src: unknown }[]} invoke
 *
 * @typedef {object} Machine
 * @property {StateNode} root
 *
 * @typedef {object} Move
 * @property {StateNode} from
 * @property {StateNode | undefined} to undefined when the machine stays where it is
 * @property {string} label
 */

/**
 * @param {unknown} value
 * @returns {value is Machine}
 */
function isMachine(value) {
  return (
    typeof value === 'object' && value !== null && 'root' in value && 'getInitialSnapshot' in value
  );
}

/**
 * The machines that a module exports, by name, in alphabetical order.
 *
 * @param {Readonly<Record<string, unknown>>} exported
 * @returns {readonly (readonly [string, Machine])[]}
 */
export function machinesIn(exported) {
  return Object.keys(exported)
    .filter((name) => name.endsWith('Machine'))
    .toSorted()
    .flatMap((name) => {
      const value = exported[name];
      return isMachine(value) ? [/** @type {const} */ ([name, value])] : [];
    });
}

/**
 * The label of a guard: its name, or for `and`, `or` and `not` the names of their parts.
 *
 * @param {any} guard
 * @returns {string}
 */
function guardLabel(guard) {
  if (typeof guard === 'string') return guard;
  if (typeof guard !== 'function') return String(guard.type);
  const parts = (guard.guards ?? []).map(guardLabel);
  if (guard.name === 'not') return `not ${parts.join('')}`;
  if (parts.length > 0) return `(${parts.join(` ${guard.name} `)})`;
  return guard.name === '' || guard.name === 'guard' ? 'a condition' : guard.name;
}

/**
 * The label of an event's type. The ids in XState's own events mean nothing to readers, so they are replaced.
 *
 * @param {StateNode} node
 * @param {string} type
 */
function eventLabel(node, type) {
  if (type === '') return 'always';
  if (type === '*') return 'any other event';
  const timer = node.after.find(({ eventType }) => eventType === type);
  if (timer) {
    const { delay } = timer;
    if (typeof delay === 'number') return `after ${delay} ms`;
    return `after ${typeof delay === 'string' ? delay : 'a computed time'}`;
  }
  const [, outcome, id] = /^xstate\.(done|error|snapshot)\.(?:actor\.)?(.*)$/.exec(type) ?? [];
  if (outcome === undefined) return type;
  const actor = node.invoke.find((invoked) => invoked.id === id)?.src;
  if (actor === undefined) return 'done';
  return `${typeof actor === 'string' ? actor : 'actor'} ${outcome}`;
}

/**
 * All transitions of a state and of the states in it, in the order of their definition.
 *
 * @param {StateNode} node
 * @returns {Move[]}
 */
function movesOf(node) {
  const groups = [...node.transitions.values()];
  if (node.always) groups.push(node.always);
  const own = groups.flatMap((candidates) =>
    candidates.flatMap((candidate, index) => {
      const event = eventLabel(node, candidate.eventType);
      const isElse = candidate.guard === undefined && index > 0;
      const guard = candidate.guard === undefined ? 'else' : guardLabel(candidate.guard);
      const label = candidate.guard === undefined && !isElse ? event : `${event} [${guard}]`;
      const targets = candidate.target?.length ? candidate.target : [undefined];
      return targets.map((to) => ({ from: node, to, label }));
    }),
  );
  return [...own, ...Object.values(node.states).flatMap(movesOf)];
}

/** @param {StateNode} node */
const identifier = ({ path }) => path.map((key) => key.replaceAll(/\W/g, '_')).join('__');

/** @param {StateNode} node */
const isComposite = ({ type }) => type === 'compound' || type === 'parallel';

/**
 * @param {StateNode} node
 * @param {StateNode} other
 */
function contains(node, other) {
  return node.path.every((key, index) => other.path[index] === key);
}

/**
 * The origin of the arrow for a transition. Mermaid can't draw an arrow from a composite state to a state inside of it.
 * Such an arrow begins at an extra state, "anywhere in …".
 *
 * @param {Move} move
 */
function originOf({ from, to }) {
  const isInward = to !== undefined && isComposite(from) && contains(from, to);
  return isInward ? `${identifier(from)}__anywhere` : identifier(from);
}

/**
 * @param {StateNode} node
 * @param {ReadonlySet<string>} origins where arrows begin
 * @returns {string[]}
 */
function stateLines(node, origins) {
  const anywhere = `${identifier(node)}__anywhere`;
  /** @type {string[]} */
  const lines = [];
  if (node.type === 'compound') {
    lines.push(...node.initial.target.map((target) => `[*] --> ${identifier(target)}`));
  }
  if (origins.has(anywhere)) {
    const where = node.path.length === 0 ? 'anywhere' : `anywhere in ${node.key}`;
    lines.push(`state "${where}" as ${anywhere}`);
  }
  const regions = Object.values(node.states).map((child) => {
    const declaration = `state "${child.key}" as ${identifier(child)}`;
    if (isComposite(child)) {
      const inner = stateLines(child, origins).map((line) => `  ${line}`);
      return [`${declaration} {`, ...inner, '}'];
    }
    return child.type === 'final' ? [declaration, `${identifier(child)} --> [*]`] : [declaration];
  });
  const isParallel = node.type === 'parallel';
  regions.forEach((region, index) => {
    lines.push(...(isParallel && index > 0 ? ['--'] : []), ...region);
  });
  return lines;
}

/**
 * A page with the diagram of a machine, and a table of the events that don't change its state.
 *
 * @param {string} name
 * @param {Machine} machine
 * @returns {string}
 */
export function pageOf(name, { root }) {
  const moves = movesOf(root);
  /** @type {Map<string, string[]>} */
  const arrows = new Map();
  for (const move of moves) {
    if (move.to === undefined) continue;
    const arrow = `${originOf(move)} --> ${identifier(move.to)}`;
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), move.label]);
  }
  const origins = new Set([...arrows.keys()].map((arrow) => arrow.split(' ')[0] ?? ''));
  const diagram = [
    ...stateLines(root, origins),
    ...[...arrows].map(([arrow, labels]) => `${arrow} : ${labels.join('<br>')}`),
  ];

  const inPlace = moves.filter(({ to }) => to === undefined);
  const where = (/** @type {StateNode} */ { path }) => path.join('.') || 'anywhere';
  const table = [
    '',
    'Handled without a change of state:',
    '',
    '| in | event |',
    '| --- | --- |',
    ...inPlace.map(({ from, label }) => `| ${where(from)} | ${label.replaceAll('|', '\\|')} |`),
  ];

  return [
    `# ${name}`,
    '',
    'Drawn from the machine by `npm run diagrams`.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...diagram.map((line) => `  ${line}`),
    '```',
    ...(inPlace.length > 0 ? table : []),
    '',
  ].join('\n');
}
