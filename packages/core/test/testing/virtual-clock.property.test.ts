import fc from 'fast-check';
import { createActor, createMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { LocalProtocolError } from '../../src/errors.ts';
import { createVirtualClock } from '../../src/testing/index.ts';

const delays = fc.array(fc.nat({ max: 20 }), { maxLength: 60 });

describe('the virtual clock', () => {
  it('runs timers in the order of their times, then of their starts, at their times', () => {
    fc.assert(
      fc.property(delays, (all) => {
        const clock = createVirtualClock();
        const ran: (readonly [number, number])[] = [];
        for (const [index, delay] of all.entries())
          clock.setTimeout(() => ran.push([clock.now(), index]), delay);
        expect(clock.runToIdle()).toBe(all.length);
        const expected = [...all.entries()].map(([index, delay]) => [delay, index] as const);
        expect(ran).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it('runs timers that other timers start, whether time passes at once or bit by bit', () => {
    fc.assert(
      fc.property(
        delays,
        fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 20 }),
        (all, steps) => {
          const course = (
            advance: (clock: ReturnType<typeof createVirtualClock>) => void,
          ): readonly number[] => {
            const clock = createVirtualClock();
            const ran: number[] = [];
            for (const delay of all) {
              clock.setTimeout(() => {
                ran.push(clock.now());
                clock.setTimeout(() => ran.push(clock.now()), delay);
              }, delay);
            }
            advance(clock);
            return ran;
          };
          const whole = steps.reduce((sum, step) => sum + step, 0);
          expect(course((clock) => steps.forEach((step) => clock.advance(step)))).toEqual(
            course((clock) => clock.advance(whole)),
          );
        },
      ),
    );
  });

  it('runs no timer that was cleared, early or by another timer', () => {
    fc.assert(
      fc.property(delays, fc.array(fc.nat({ max: 59 })), (all, cleared) => {
        const clock = createVirtualClock();
        const ran: number[] = [];
        const ids = all.map((delay, index) => clock.setTimeout(() => ran.push(index), delay + 1));
        clock.setTimeout(() => cleared.forEach((index) => clock.clearTimeout(ids[index])), 0);
        clock.clearTimeout(undefined);
        for (let { next } = clock; next !== undefined; { next } = clock) {
          clock.advance(next - clock.now());
          expect(clock.now()).toBe(next);
        }
        expect(clock.pending).toBe(0);
        expect(ran.toSorted((a, b) => a - b)).toEqual(
          [...all.keys()].filter((index) => !cleared.includes(index)),
        );
      }),
    );
  });

  it('lets time pass without timers, and treats odd delays as none', () => {
    const clock = createVirtualClock();
    clock.advance(5);
    const times: number[] = [];
    for (const delay of [-1, Number.NaN, 0]) clock.setTimeout(() => times.push(clock.now()), delay);
    clock.advance(0);
    expect(times).toEqual([5, 5, 5]);
    expect(clock.now()).toBe(5);
  });

  it('refuses to run for ever', () => {
    const clock = createVirtualClock();
    const again = (): void => void clock.setTimeout(again, 0);
    again();
    expect(() => clock.runToIdle(100)).toThrow(LocalProtocolError);
    expect(() => clock.advance(1)).toThrow(LocalProtocolError);
  });

  it('drives an actor through chained delays', () => {
    const machine = createMachine({
      initial: 'first',
      states: {
        first: { after: { 500: 'second' } },
        second: { after: { 500: 'third' } },
        third: {},
      },
    });
    const clock = createVirtualClock();
    const actor = createActor(machine, { clock }).start();
    clock.advance(999);
    expect(actor.getSnapshot().value).toBe('second');
    clock.advance(1);
    expect(actor.getSnapshot().value).toBe('third');
  });
});
