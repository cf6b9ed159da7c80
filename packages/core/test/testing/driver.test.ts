import { assign, emit, fromPromise, raise, setup } from 'xstate';
import { describe, expect, it } from 'vitest';
import { createDriver, createVirtualClock, type Work } from '../../src/testing/index.ts';

const machine = setup({
  types: {
    context: {} as { readonly answers: readonly string[] },
    events: {} as { type: 'ask' | 'ask.again' | 'ping' | 'remind' | 'end' },
    emitted: {} as { readonly type: 'say'; readonly word: string },
  },
  actors: { answer: fromPromise<string>(() => Promise.reject(new Error('answer not provided'))) },
  actions: { say: emit((_, { word }: { word: string }) => ({ type: 'say', word }) as const) },
}).createMachine({
  context: { answers: [] },
  initial: 'idle',
  states: {
    idle: {
      entry: { type: 'say', params: { word: 'idle' } },
      after: { 100: 'bored' },
      on: { ask: 'asking', ping: { actions: { type: 'say', params: { word: 'pong' } } } },
    },
    bored: { entry: { type: 'say', params: { word: 'bored' } } },
    asking: {
      after: { 50: 'idle' },
      invoke: {
        src: 'answer',
        onDone: {
          target: 'idle',
          actions: assign({ answers: ({ context, event }) => [...context.answers, event.output] }),
        },
        onError: 'bored',
      },
      on: { 'ask.again': { target: 'asking', reenter: true } },
    },
    ended: { type: 'final' },
  },
  on: {
    end: '.ended',
    remind: { actions: raise({ type: 'ping' }, { id: 'reminder', delay: 30 }) },
  },
});

function run(onSay: (word: string) => void = () => {}) {
  const clock = createVirtualClock();
  const works: Work[] = [];
  const said: string[] = [];
  const driver = createDriver(machine, undefined as never, {
    clock,
    onCommand: ({ word }) => {
      said.push(word);
      onSay(word);
    },
    onWork: (work) => works.push(work),
  });
  return { clock, works, said, driver };
}

describe('a driver', () => {
  it('does nothing before it is started, and then handles the initial state first', () => {
    const { driver, said, clock } = run();
    driver.send({ type: 'ping' });
    expect([said, clock.pending]).toEqual([[], 0]);
    driver.start();
    driver.start();
    expect(said).toEqual(['idle', 'pong']);
  });

  it('handles events that are sent from within a command after the step', () => {
    const values: unknown[] = [];
    const { driver, said } = run((word) => {
      if (word === 'idle') driver.send({ type: 'ask' });
      values.push(driver.snapshot.value);
    });
    driver.start();
    expect(values).toEqual(['idle']);
    expect(said).toEqual(['idle']);
    expect(driver.snapshot.value).toBe('asking');
  });

  it('runs timers on the clock, and cancels those that are no longer wanted', () => {
    const { driver, clock, said } = run();
    driver.start();
    clock.advance(99);
    driver.send({ type: 'ask' });
    clock.advance(49);
    expect(driver.snapshot.value).toBe('asking');
    clock.advance(1);
    expect(driver.snapshot.value).toBe('idle');
    clock.advance(100);
    expect(said).toEqual(['idle', 'idle', 'bored']);
    expect([clock.pending, driver.held]).toEqual([0, 0]);
  });

  it('passes results on, once', () => {
    const { driver, works } = run();
    driver.start();
    driver.send({ type: 'ask' });
    expect(works.map(({ src }) => src)).toEqual(['answer']);
    works[0]?.done('yes');
    works[0]?.done('twice');
    works[0]?.failed(new Error('late'));
    expect(driver.snapshot.context.answers).toEqual(['yes']);
    expect(driver.snapshot.value).toBe('idle');
  });

  it('drops results of work that was stopped, even when the same work runs again', () => {
    const { driver, works } = run();
    driver.start();
    driver.send({ type: 'ask' });
    driver.send({ type: 'ask.again' });
    works[0]?.done('old');
    expect(driver.snapshot.value).toBe('asking');
    works[1]?.failed(new Error('new'));
    expect(driver.snapshot.value).toBe('bored');
    expect(driver.snapshot.context.answers).toEqual([]);
  });

  it('keeps nothing once the machine has ended', () => {
    const { driver, works, clock } = run();
    driver.start();
    driver.send({ type: 'ask' });
    driver.send({ type: 'remind' });
    expect(driver.held).toBe(3);
    driver.send({ type: 'end' });
    works[0]?.done('late');
    expect([driver.held, clock.pending, driver.snapshot.value]).toEqual([0, 0, 'ended']);
  });
});
