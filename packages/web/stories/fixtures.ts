import { emptyPieces } from '@burritoshare/core';
import type { DeliveryState, Manifest, ManifestEntry } from '@burritoshare/core';

import type { DeliveryView } from '../src/delivery/view.ts';
import type { OfferCardProps } from '../src/receiving/offer-card.tsx';

const MEGABYTE = 1_000_000;

function file(path: string, size: number): ManifestEntry {
  return { kind: 'file', path, size, modified: null, mediaType: '' };
}

/** One file. */
export const REPORT: Manifest = {
  name: 'Quarterly report.pdf',
  entries: [file('Quarterly report.pdf', 4.2 * MEGABYTE)],
  bytes: 4.2 * MEGABYTE,
};

/** A folder, with names that don't make it easy. */
export const PHOTOS: Manifest = {
  name: 'Lisbon, with everybody',
  entries: [
    file('Lisbon/IMG_2041.jpg', 5.1 * MEGABYTE),
    file('Lisbon/IMG_2042.jpg', 4.7 * MEGABYTE),
    file(
      'Lisbon/the evening by the river, the long version that nobody has cut yet.mov',
      1_310 * MEGABYTE,
    ),
    file('Lisbon/صور من الرحلة.zip', 20.4 * MEGABYTE),
    file('Lisbon/旅行の写真.heic', 3.2 * MEGABYTE),
    { kind: 'folder', path: 'Lisbon/to sort' },
  ],
  bytes: 1_343.4 * MEGABYTE,
};

/** Names that had to change, and programs. */
export const MIXED: Manifest = {
  name: 'From the old disk',
  entries: [
    file('A.TXT', 120),
    { ...file('a (2).txt', 240), renamed: true },
    { ...file('why_.pdf', 81_000), renamed: true },
    file('setup.exe', 3.1 * MEGABYTE),
    file('Camera.app/Contents/run', 1.2 * MEGABYTE),
  ],
  bytes: 4_381_360,
};

/** What they were called. */
export const MIXED_PATHS = ['A.TXT', 'a.txt', 'why?.pdf', 'setup.exe', 'Camera.app/Contents/run'];

/** More than a page should draw at once. */
export const MANY: Manifest = {
  name: 'node_modules',
  entries: Array.from({ length: 10_000 }, (_, index) =>
    file(`node_modules/package-${index}/index.js`, 1_234),
  ),
  bytes: 12_340_000,
};

/** Folders in folders, some of them deep, with names of every length. */
export const DEEP: Manifest['entries'] = [
  { ...file('Work/2026/10 October/notes.txt', 1_200), renamed: true },
  file('Work/2026/10 October/Plan of the new house, with everything that was said so far.pdf', 4e6),
  file('Work/2026/9 September/notes.txt', 900),
  file(`Work/${'in here/'.repeat(12)}at last.txt`, 12),
  file('Music/a/1.mp3', 4e6),
  file('Music/a/2.mp3', 5e6),
  file('Music/b/1.mp3', 6e6),
  { kind: 'folder', path: 'Empty' },
];

/** A delivery at rest in a state. */
export function view(state: DeliveryState, changes: Partial<DeliveryView> = {}): DeliveryView {
  return {
    state,
    path: ['connecting', 'waiting', 'interrupted'].includes(state) ? 'none' : 'direct',
    accepted: !['connecting', 'waiting', 'offered'].includes(state),
    quiet: false,
    pauses: state === 'paused' ? ['me'] : [],
    progress: {
      bytes: 0,
      arrived: 0,
      total: PHOTOS.bytes,
      speed: undefined,
      secondsLeft: undefined,
    },
    failure: undefined,
    cancelledBy: undefined,
    receipt: undefined,
    lostFiles: [],
    leftOut: emptyPieces,
    ...changes,
  };
}

/** A delivery in the middle. */
export const HALFWAY = {
  bytes: 571.3 * MEGABYTE,
  arrived: 571.8 * MEGABYTE,
  total: PHOTOS.bytes,
  speed: 8.4 * MEGABYTE,
  secondsLeft: 92,
};

/** A delivery at its end. */
export const WHOLE = {
  ...HALFWAY,
  bytes: PHOTOS.bytes,
  arrived: PHOTOS.bytes,
  speed: undefined,
  secondsLeft: undefined,
};

/** The receiver's card, connecting; stories change what they are about. */
export const OFFER_CARD: OfferCardProps = {
  view: view('connecting'),
  phase: 'connecting',
  waitingFor: 'server',
  retryIn: undefined,
  manifest: undefined,
  summary: undefined,
  sink: undefined,
  handedOver: 'no',
  handOver: undefined,
  saving: { renamed: [], isWithoutFolder: false },
  canPickFolder: true,
  onRead: () => Promise.reject(new Error('nothing is here')),
  onAccept: nothing,
  onDecline: nothing,
  ownName: '',
  onIntroduce: nothing,
  onCancel: nothing,
  onPause: nothing,
  onResume: nothing,
  onTryNow: nothing,
  onTakeEntry: nothing,
  onSkipFile: nothing,
  onRetryFile: nothing,
  onGetMissing: nothing,
  onSave: nothing,
  onDiscard: nothing,
  onRetry: nothing,
  onHandBack: nothing,
};

/** A handler of a story, where nothing happens. */
export function nothing(): void {}
