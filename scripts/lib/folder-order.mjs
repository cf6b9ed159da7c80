// The order of the folders of each package's src, lowest first. A file imports from its own folder and from those
// before it.
//
// A name stands for a folder without its subfolders, or for a file that has another place than its folder. `.` is src
// itself. A `worker` folder is not named: its place is right after the folder that it lies in.

/**
 * @typedef {string | Apart} Step
 * @typedef {{ readonly apart: readonly Order[] }} Apart orders that don't import from each other
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
    // `connection`, and `lanes` uses the rate cap of `outflow`: functions, not machines.
    apart(
      ['room'],
      ['signaling'],
      ['negotiation'],
      ['connection', 'bundle'],
      ['outflow', 'lanes'],
      ['manners'],
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
    'curves.ts',
    apart(['webrtc'], ['signaling']),
    'wish.ts',
    'connection',
    apart(['sender'], ['receiver']),
    'testing',
    'index.ts',
  ],
  signaling: ['.'],
  web: [
    'art',
    'ui',
    'workers',
    'tab',
    'delivery',
    'delivery/contents',
    'delivery/contents.tsx',
    'delivery/host',
    apart(
      ['sending/source', 'sending/texts', 'sending/kept', 'sending'],
      ['receiving/opfs', 'receiving/inflow', 'receiving/saving', 'receiving/texts', 'receiving'],
    ),
    'app',
    'early.ts',
    'main.tsx',
  ],
};
