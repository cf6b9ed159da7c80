import {
  assign,
  emit,
  enqueueActions,
  fromPromise,
  raise,
  sendTo,
  setup,
  spawnChild,
  stopChild,
  cancel,
} from 'xstate';
import { describe, expect, it } from 'vitest';
import { LocalProtocolError } from '../src/errors.ts';
import { start, step, workDone, workFailed, type Effect } from '../src/step.ts';
import { createCoverage } from './support/coverage.ts';

type Events =
  | { type: 'fetch.wanted'; url: string }
  | { type: 'fetch.again' }
  | { type: 'fetch.unwanted' }
  | { type: 'reminder.wanted'; id: string; delay: number }
  | { type: 'reminder.due' }
  | { type: 'reminder.unwanted'; id: string }
  | { type: 'child.wanted' }
  | { type: 'child.unwanted' }
  | { type: 'word.said'; word: string }
  | { type: 'letter.posted' };

const machine = setup({
  types: {
    context: {} as { readonly results: readonly string[] },
    events: {} as Events,
    emitted: {} as { readonly type: 'say'; readonly word: string },
  },
  actors: {
    fetch: fromPromise<string, { url: string }>(() =>
      Promise.reject(new Error('fetch not provided')),
    ),
  },
  delays: { patience: 500 },
}).createMachine({
  id: 'sample',
  context: { results: [] },
  initial: 'idle',
  states: {
    idle: {
      after: { 1000: 'tired', patience: 'restless' },
      on: { 'fetch.wanted': 'fetching' },
    },
    restless: {},
    tired: { type: 'final' },
    fetching: {
      invoke: {
        src: 'fetch',
        input: ({ event }) => ({ url: event.type === 'fetch.wanted' ? event.url : 'again' }),
        onDone: {
          target: 'tired',
          actions: assign({ results: ({ context, event }) => [...context.results, event.output] }),
        },
        onError: {
          target: 'restless',
          actions: assign({
            results: ({ context, event }) => [...context.results, String(event.error)],
          }),
        },
      },
      on: {
        'fetch.again': { target: 'fetching', reenter: true },
        'fetch.unwanted': 'idle',
      },
    },
  },
  on: {
    'reminder.wanted': {
      actions: enqueueActions(({ enqueue, event }) => {
        enqueue.raise({ type: 'reminder.due' }, { id: event.id, delay: event.delay });
      }),
    },
    'reminder.due': { actions: emit({ type: 'say', word: 'remember' }) },
    'reminder.unwanted': { actions: cancel(({ event }) => event.id) },
    'child.wanted': { actions: spawnChild('fetch', { id: 'child', input: { url: 'c' } }) },
    'child.unwanted': { actions: stopChild('child') },
    'word.said': {
      actions: [
        raise({ type: 'reminder.due' }),
        emit(({ event }) => ({ type: 'say', word: event.word }) as const),
        emit({ type: 'say', word: 'last' }),
      ],
    },
    'letter.posted': {
      actions: sendTo(({ self }) => self, { type: 'reminder.due' }, { delay: 5 }),
    },
  },
});

const input = undefined as never;
const FETCH = '0.sample.fetching';

function after(...events: readonly Events[]) {
  let [snapshot, effects] = start(machine, input);
  for (const event of events) [snapshot, effects] = step(machine, snapshot, event);
  return { snapshot, effects };
}

function said(effects: readonly Effect<{ readonly word: string }>[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'command' ? [effect.command.word] : []));
}

describe('timers', () => {
  it('start on entering a state, with their delays resolved and an event to hand back', () => {
    expect(start(machine, input)[1]).toEqual([
      {
        kind: 'timer.start',
        id: 'xstate.after.1000.sample.idle',
        delay: 1000,
        event: { type: 'xstate.after.1000.sample.idle' },
      },
      {
        kind: 'timer.start',
        id: 'xstate.after.patience.sample.idle',
        delay: 500,
        event: { type: 'xstate.after.patience.sample.idle' },
      },
    ]);
  });

  it('elapse by handing their event back', () => {
    const [snapshot] = start(machine, input);
    const [next] = step(machine, snapshot, { type: 'xstate.after.patience.sample.idle' } as never);
    expect(next.value).toBe('restless');
  });

  it('are cancelled by id on leaving the state, before the next state’s effects', () => {
    expect(after({ type: 'fetch.wanted', url: 'a' }).effects).toEqual([
      { kind: 'timer.cancel', id: 'xstate.after.1000.sample.idle' },
      { kind: 'timer.cancel', id: 'xstate.after.patience.sample.idle' },
      { kind: 'work.start', id: FETCH, src: 'fetch', input: { url: 'a' } },
    ]);
  });

  it('of a raise carry its id, and a delay of 0 is still a timer', () => {
    expect(after({ type: 'reminder.wanted', id: 'r', delay: 0 }).effects).toEqual([
      { kind: 'timer.start', id: 'r', delay: 0, event: { type: 'reminder.due' } },
    ]);
    expect(after({ type: 'reminder.unwanted', id: 'r' }).effects).toEqual([
      { kind: 'timer.cancel', id: 'r' },
    ]);
  });
});

describe('work', () => {
  it('is stopped and started anew on re-entry, in that order', () => {
    expect(after({ type: 'fetch.wanted', url: 'a' }, { type: 'fetch.again' }).effects).toEqual([
      { kind: 'work.stop', id: FETCH },
      { kind: 'work.start', id: FETCH, src: 'fetch', input: { url: 'again' } },
    ]);
  });

  it('ends well with workDone', () => {
    const { snapshot } = after({ type: 'fetch.wanted', url: 'a' });
    const [next, effects] = step(machine, snapshot, workDone(machine, FETCH, 'found'));
    expect(next.context.results).toEqual(['found']);
    expect(next.status).toBe('done');
    expect(effects).toEqual([{ kind: 'work.stop', id: FETCH }]);
  });

  it('ends badly with workFailed', () => {
    const { snapshot } = after({ type: 'fetch.wanted', url: 'a' });
    const [next] = step(machine, snapshot, workFailed(machine, FETCH, new Error('lost')));
    expect(next.value).toBe('restless');
    expect(next.context.results).toEqual(['Error: lost']);
  });

  it('of a spawned child starts and stops like an invoked one', () => {
    expect(after({ type: 'child.wanted' }).effects).toEqual([
      { kind: 'work.start', id: 'child', src: 'fetch', input: { url: 'c' } },
    ]);
    expect(after({ type: 'child.wanted' }, { type: 'child.unwanted' }).effects).toEqual([
      { kind: 'work.stop', id: 'child' },
    ]);
  });

  it('that never started is not stopped', () => {
    expect(after({ type: 'child.unwanted' }).effects).toEqual([]);
  });

  it('is stopped with its machine', () => {
    const { snapshot } = after({ type: 'child.wanted' });
    const [next, effects] = step(machine, snapshot, {
      type: 'xstate.after.1000.sample.idle',
    } as never);
    expect(next.status).toBe('done');
    expect(effects).toContainEqual({ kind: 'work.stop', id: 'child' });
  });
});

describe('commands', () => {
  it('come in the order in which they were emitted, a raised event last', () => {
    expect(said(after({ type: 'word.said', word: 'first' }).effects)).toEqual([
      'first',
      'last',
      'remember',
    ]);
  });

  it('are none when nothing happens, and the snapshot stays the same object', () => {
    const { snapshot } = after();
    expect(step(machine, snapshot, { type: 'fetch.again' })).toEqual([snapshot, []]);
    expect(step(machine, snapshot, { type: 'fetch.again' })[0]).toBe(snapshot);
  });

  it('are none after the end', () => {
    const { snapshot } = after();
    const [end] = step(machine, snapshot, { type: 'xstate.after.1000.sample.idle' } as never);
    expect(step(machine, end, { type: 'word.said', word: 'late' })).toEqual([end, []]);
  });
});

it('effects that a host could not carry out are refused instead of lost', () => {
  expect(() => after({ type: 'letter.posted' })).toThrow(LocalProtocolError);
});

describe('the coverage helper', () => {
  it('names what was not reached, and steps like the original', () => {
    const coverage = createCoverage(machine);
    const events: readonly Events[] = [
      { type: 'word.said', word: 'a' },
      { type: 'fetch.wanted', url: 'b' },
      { type: 'fetch.again' },
    ];
    let [snapshot, effects] = start(coverage.machine, input);
    let [plain, plainEffects] = start(machine, input);
    for (const event of events) {
      [snapshot, effects] = step(coverage.machine, snapshot, event);
      [plain, plainEffects] = step(machine, plain, event);
      expect(effects).toEqual(plainEffects);
      expect(snapshot.value).toEqual(plain.value);
      expect(snapshot.context).toEqual(plain.context);
    }
    expect(coverage.missed().states).toEqual(['sample.restless', 'sample.tired']);
    expect(coverage.missed().transitions).toEqual([
      'sample: reminder.wanted -> (stays)',
      'sample: reminder.unwanted -> (stays)',
      'sample: child.wanted -> (stays)',
      'sample: child.unwanted -> (stays)',
      'sample: letter.posted -> (stays)',
      'sample.idle: xstate.after.1000.sample.idle -> sample.tired',
      'sample.idle: xstate.after.patience.sample.idle -> sample.restless',
      'sample.fetching: fetch.unwanted -> sample.idle',
      'sample.fetching: xstate.done.actor.0.sample.fetching -> sample.tired',
      'sample.fetching: xstate.error.actor.0.sample.fetching -> sample.restless',
    ]);
  });
});
