// In what order the folders of each package's src import, lowest first: a file imports from its own folder and
// from those that stand before it.
//
// A name is that of a folder, without the folders in it, or that of a file which stands elsewhere than its folder;
// `.` is src itself. A `worker` folder stands right after the folder that it lies in, and isn't named.

/**
 * @typedef {string | Apart} Step
 * @typedef {{ readonly apart: readonly Order[] }} Apart orders that import nothing from each other
 * @typedef {readonly Step[]} Order
 */

/**
 * @param {readonly Order[]} orders
 * @returns {Apart}
 */
const apart = (...orders) => ({ apart: orders });

/** @type {Readonly<Record<string, Order>>} */
export const folderOrder = {
  core: [
    '.',
    'noise',
    'protocol',
    'pieces',
    'integrity',
    'journal',
    // Machines don't know each other (docs/decisions/siblings-and-one-route.md). `bundle` uses the sessions of
    // `connection`, `lanes` what `outflow` knows of a cap: functions, not machines.
    apart(
      ['room'],
      ['signaling'],
      ['negotiation'],
      ['connection', 'bundle'],
      ['outflow', 'lanes'],
      ['inflow'],
      [
        'delivery',
        apart(['delivery/sender'], ['delivery/receiver']),
        'delivery/delivery-state.ts',
        'delivery/index.ts',
      ],
    ),
    'routing',
    'inspection',
    'testing',
    'index.ts',
  ],
  peer: [
    'web-types.ts',
    'storage',
    'inspection.ts',
    'runtime.ts',
    'machine-host.ts',
    'engines',
    'platform.ts',
    apart(['webrtc'], ['signaling']),
    'wish.ts',
    'connection',
    apart(['sender'], ['receiver']),
    'testing',
    'index.ts',
  ],
  signaling: ['.'],
  web: [
    'ui',
    'workers',
    'tab',
    'delivery',
    'delivery/host',
    apart(
      ['sending/source', 'sending/kept', 'sending'],
      ['receiving/opfs', 'receiving/inflow', 'receiving/saving', 'receiving'],
    ),
    'app',
    'main.tsx',
  ],
};
