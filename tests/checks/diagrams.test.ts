import { expect, test } from 'vitest';
import { fromPromise, not, setup } from 'xstate';

import { machinesIn, pageOf } from '../../scripts/lib/diagrams.mjs';

const ovenMachine = setup({
  types: { events: {} as { readonly type: 'burrito.arrived' | 'door.opened' | 'heat.measured' } },
  actors: { heat: fromPromise(() => Promise.resolve()) },
  actions: { recordHeat: () => {} },
  guards: { isHot: () => true, isFull: () => false },
  delays: { bakingTime: 1 },
}).createMachine({
  id: 'oven',
  initial: 'cold',
  on: { 'door.opened': { target: '.cold' } },
  states: {
    cold: {
      on: {
        'burrito.arrived': [{ guard: 'isHot', target: 'baking.browning' }, { target: 'warming' }],
      },
    },
    warming: {
      invoke: { id: 'flame', src: 'heat', onDone: 'baking', onError: 'broken' },
      after: { 5000: 'broken' },
    },
    baking: {
      type: 'parallel',
      on: { 'heat.measured': { guard: not('isFull'), actions: 'recordHeat' } },
      states: {
        browning: {
          initial: 'pale',
          states: { pale: { after: { bakingTime: 'brown' } }, brown: { type: 'final' } },
        },
        airing: {
          initial: 'on',
          states: { on: { always: { guard: 'isHot', target: 'off' } }, off: {} },
        },
      },
      onDone: 'done',
    },
    broken: { type: 'final' },
    done: { type: 'final' },
  },
});

test('draws nested states, guards, timers, actors, and events that are handled without a change of state', () => {
  expect(pageOf('ovenMachine', ovenMachine)).toMatchInlineSnapshot(`
    "# ovenMachine

    Drawn from the machine by \`npm run diagrams\`.

    \`\`\`mermaid
    stateDiagram-v2
      [*] --> cold
      state "anywhere" as __anywhere
      state "cold" as cold
      state "warming" as warming
      state "baking" as baking {
        state "browning" as baking__browning {
          [*] --> baking__browning__pale
          state "pale" as baking__browning__pale
          state "brown" as baking__browning__brown
          baking__browning__brown --> [*]
        }
        --
        state "airing" as baking__airing {
          [*] --> baking__airing__on
          state "on" as baking__airing__on
          state "off" as baking__airing__off
        }
      }
      state "broken" as broken
      broken --> [*]
      state "done" as done
      done --> [*]
      __anywhere --> cold : door.opened
      cold --> baking__browning : burrito.arrived [isHot]
      cold --> warming : burrito.arrived [else]
      warming --> baking : heat done
      warming --> broken : heat error<br>after 5000 ms
      baking --> done : done
      baking__browning__pale --> baking__browning__brown : after bakingTime
      baking__airing__on --> baking__airing__off : always [isHot]
    \`\`\`

    Handled without a change of state:

    | in | event |
    | --- | --- |
    | baking | heat.measured [not isFull] |
    "
  `);
});

test('draws the same machine the same way', () => {
  expect(pageOf('ovenMachine', ovenMachine)).toBe(pageOf('ovenMachine', ovenMachine));
});

test('finds the machines among the exports', () => {
  const exported = { b: 1, someMachine: {}, ovenMachine, aMachine: ovenMachine, oven: ovenMachine };
  expect(machinesIn(exported).map(([name]) => name)).toEqual(['aMachine', 'ovenMachine']);
});
