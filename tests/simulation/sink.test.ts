import {
  concatBytes,
  createPlan,
  formatFragment,
  parseLink,
  readJournal,
  type Manifest,
} from '@burritoshare/core';
import { createRandom, createVirtualClock } from '@burritoshare/core/testing';
import {
  createPartyClock,
  piecesOf,
  sinkContract,
  type MadeSink,
} from '@burritoshare/peer/testing';
import { afterEach, expect, test } from 'vitest';

import { createDisk, createFolder, type Disk, type Folder } from './world/disk.ts';
import { DiskSink } from './world/sink.ts';
import { createSleepyClock } from './world/sleepy-clock.ts';

interface MadeDiskSink extends MadeSink {
  readonly disk: Disk;
  readonly folder: Folder;
}

const clock = createPartyClock(createVirtualClock());
const random = createRandom(1);
const violations: string[] = [];

// Time passes as long as somebody waits for it.
let passing: NodeJS.Immediate | undefined;
const pass = (): void => {
  const { next } = clock;
  if (next !== undefined) clock.advance(next - clock.now());
  passing = setImmediate(pass);
};

afterEach(() => {
  clearImmediate(passing);
  passing = undefined;
  expect(violations.splice(0)).toEqual([]);
});

const LINK = parseLink(
  formatFragment({
    roomBytes: new Uint8Array(16),
    secret: new Uint8Array(16),
    publicKey: new Uint8Array(32),
  }),
);

function make(manifest: Manifest): MadeDiskSink {
  const disk = createDisk();
  const folder = createFolder({
    delivery: 'one',
    generation: 0,
    choice: undefined,
    token: new Uint8Array(32),
    link: LINK,
    manifest,
    sink: { kind: 'private', persistent: true },
  });
  disk.folders.set('one', folder);
  return open(disk, folder);
}

function open(disk: Disk, folder: Folder): MadeDiskSink {
  passing ??= setImmediate(pass);
  const sink = new DiskSink({
    disk,
    folder,
    clock: createSleepyClock(clock),
    random,
    bug: undefined,
    violated: (what) => violations.push(what),
  });
  return { sink, disk, folder, fileBytes: async (file) => bytesIn(folder, file) };
}

function bytesIn({ input, data }: Folder, file: number): Uint8Array {
  const pieces = piecesOf(input.manifest).filter((piece) => piece.file === file);
  return concatBytes(...pieces.map(({ ordinal }) => data.get(ordinal)?.bytes ?? new Uint8Array()));
}

const contract = sinkContract<MadeDiskSink>({
  make: async (manifest) => make(manifest),
  visits: {
    async kept({ disk, folder }) {
      if (!disk.folders.has('one')) return undefined;
      // A crash leaves at least the flushed bytes.
      const flushed = folder.journal.slice(0, folder.flushed);
      return readJournal(flushed, createPlan(folder.input.manifest)).state;
    },
    reopen: async ({ disk, folder }) => open(disk, folder),
  },
  faults: {
    async fill({ disk }) {
      disk.isFull = true;
    },
    async makeRoom({ disk }) {
      disk.isFull = false;
    },
    async breakDown({ disk }) {
      disk.isBroken = true;
    },
  },
});
for (const { name, run } of contract) test(name, run);
