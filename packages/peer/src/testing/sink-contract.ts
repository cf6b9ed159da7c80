// The promises that ports.ts makes of a `Sink`, as scenarios that any test runner can run:
//
//   for (const { name, run } of sinkContract({ make })) test(name, run);

import type { EntrySet, Manifest, PieceSet } from '@burritoshare/core';
import { PlatformError } from '../storage/ports.ts';
import { bytesOf, patterned } from './bundle.ts';
import {
  ALL,
  BUNDLE,
  demand,
  demandFailed,
  demandFile,
  demandHeld,
  demandMisuse,
  demandNoLeaf,
  demandPieces,
  demandReads,
  demandRefused,
  demandSameDigest,
  demandWhole,
  digestElsewhere,
  elsewhere,
  LONG,
  PACK,
  pieceAt,
  store,
  storeAll,
  storePack,
  type MadeSink,
} from './sink-demands.ts';

export type { MadeSink } from './sink-demands.ts';

/** The record of a delivery. */
export interface Kept {
  readonly pieces: PieceSet;
  /** The highest generation that was recorded; 0 before the first. */
  readonly generation: number;
  /** The entries that were left out by the choice that was recorded last. */
  readonly leftOut: EntrySet;
}

/** How tests look at a sink that outlives its tab. */
export interface SinkVisits<Made extends MadeSink> {
  /** The record that another visit would find if this one crashed now; undefined if it would find none. */
  readonly kept: (made: Made) => Promise<Kept | undefined>;
  /** Opens a sink again that an earlier visit has closed. */
  readonly reopen: (made: Made) => Promise<Made>;
}

/** Makes the place of a sink fail. */
export interface SinkFaults<Made extends MadeSink> {
  /** From now on nothing more fits, until there is room again. */
  readonly fill: (made: Made) => Promise<void>;
  readonly makeRoom: (made: Made) => Promise<void>;
  /** From now on all writing fails. */
  readonly breakDown: (made: Made) => Promise<void>;
}

/** How sinks of one kind are made, and what they can do. */
export interface SinkUnderTest<Made extends MadeSink> {
  /** Opens a sink of a new delivery. */
  readonly make: (manifest: Manifest) => Promise<Made>;
  readonly visits?: SinkVisits<Made>;
  readonly faults?: SinkFaults<Made>;
}

/** A promise that a sink has to keep. */
export interface SinkScenario {
  readonly name: string;
  /** Rejects with an error that says what doesn't hold. */
  readonly run: () => Promise<void>;
}

/** The scenarios for sinks that are made this way. */
export function sinkContract<Made extends MadeSink>({
  make,
  visits,
  faults,
}: SinkUnderTest<Made>): readonly SinkScenario[] {
  const scenarios: Scenarios<Made> = {
    ...pieces,
    ...endings,
    ...(visits && visitsOf(visits)),
    ...(faults && faultsOf(faults)),
  };
  return Object.entries(scenarios).map(([name, scenario]) => ({
    name,
    async run() {
      const made = await make(BUNDLE.manifest);
      try {
        await scenario(made);
      } finally {
        await made.sink.discard();
      }
    },
  }));
}

type Scenarios<Made extends MadeSink> = Readonly<Record<string, (made: Made) => Promise<void>>>;

const pieces: Scenarios<MadeSink> = {
  'D3 pieces come in any order and side by side: files and digest are those of the same bytes elsewhere':
    async (made) => {
      await storeAll(made.sink, ALL.toReversed());
      await demandWhole(made);
    },
  'a piece that is given twice at once is stored once': async (made) => {
    await storeAll(made.sink, [...ALL, ...ALL]);
    await demandWhole(made);
  },
  'a piece that is given again takes the place of what it was': async (made) => {
    const piece = pieceAt(1);
    await storeAll(made.sink, ALL);
    await made.sink.store(piece, patterned(piece.length, 9));
    const held = await made.sink.list();
    demand(!(await elsewhere().matches(piece, held.leafOf(1))), 'it has the leaf of its new bytes');
    await made.sink.store(piece, bytesOf(BUNDLE, piece));
    await demandWhole(made);
  },
  'a view of a larger buffer is stored as itself': async (made) => {
    const piece = pieceAt(0);
    const larger = patterned(300, 9);
    larger.set(bytesOf(BUNDLE, piece), 50);
    await made.sink.store(piece, larger.subarray(50, 50 + piece.length));
    await storeAll(made.sink, [1, 2, 3, 4]);
    await demandWhole(made);
  },
  'F7 the pieces of a pack are stored as if they had come alone': async (made) => {
    await Promise.all([storePack(made.sink), storeAll(made.sink, [1, 2, 3])]);
    await demandWhole(made);
  },
  'F7 memory of a pack that comes back may be filled again': async (made) => {
    await storeAll(made.sink, [1, 2, 3]);
    (await storePack(made.sink))?.fill(0xff);
    await demandWhole(made);
  },
  'memory that comes back may be filled again': async (made) => {
    for (const ordinal of ALL) (await store(made.sink, ordinal))?.fill(0xff);
    await demandWhole(made);
  },
  'D2 pieces of a file that failed may be missing': async ({ sink, fileBytes }) => {
    const absent = [{ file: LONG.file, code: 'source.changed' }] as const;
    await storeAll(sink, [0, 1, 4]);
    demandSameDigest(await sink.digest(absent), await digestElsewhere(absent));
    await sink.seal(absent);
    await demandFile(fileBytes, 0);
    await demandFile(fileBytes, 3);
  },
  'a digest of pieces that are missing is refused': async ({ sink }) => {
    await storeAll(sink, [1, 2, 3, 4]);
    await demandRefused(sink.digest([]), 'a digest without a piece');
  },
  'a list waits until the pieces that were given before are settled': async ({ sink }) => {
    const stored = storeAll(sink, ALL);
    await demandHeld(sink, ALL);
    await stored;
  },
  'the leaf of a piece that is not held is refused': async ({ sink }) => {
    await storeAll(sink, [1, 2, 3, 4]);
    const held = await sink.list();
    for (const ordinal of [0, ALL.length]) demandNoLeaf(held, ordinal);
  },
  'forgotten pieces are not held, and may come again': async (made) => {
    await storeAll(made.sink, ALL);
    await made.sink.forget([
      { first: 0, end: 1 },
      { first: 2, end: 4 },
    ]);
    await demandHeld(made.sink, [1, 4]);
    demandNoLeaf(await made.sink.list(), 2);
    await storeAll(made.sink, [0, 2, 3]);
    await demandWhole(made);
  },
  'a piece that had fitted cannot be stored again': async ({ sink }) => {
    await storeAll(sink, ALL);
    await demandRefused(sink.storeAgain(pieceAt(0)), 'what had fitted');
  },
};

const endings: Scenarios<MadeSink> = {
  'a sealed sink can be listed, and has a digest': async ({ sink }) => {
    await storeAll(sink, ALL);
    await sink.seal([]);
    await demandHeld(sink, ALL);
    demandSameDigest(await sink.digest([]), await digestElsewhere());
  },
  'files can be read once it is sealed, and none that is absent': async ({ sink }) => {
    await storeAll(sink, ALL);
    await demandMisuse(sink.read(0), 'state');
    await sink.seal([{ file: LONG.file, code: 'source.changed' }]);
    await demandReads(sink, [LONG.file]);
  },
  'saving says how it ended': async ({ sink }) => {
    await storeAll(sink, ALL);
    await sink.seal([]);
    const end = await sink.save('download').catch((error: unknown) => {
      const isAborted = error instanceof DOMException && error.name === 'AbortError';
      demand(isAborted || error instanceof PlatformError, `a failure has a name: ${String(error)}`);
      return 'failed';
    });
    demand(['observed', 'started', 'failed'].includes(end), `saving ended as ${end}`);
  },
  'a discarded sink takes nothing more, and may be discarded again': async ({ sink }) => {
    await storeAll(sink, [1, 2, 3, 4]);
    await sink.discard();
    await demandRefused(store(sink, 0), 'a piece');
    await demandRefused(sink.save('download'), 'saving');
    await demandMisuse(sink.read(0), 'state');
    await sink.discard();
    await sink.close();
  },
  'a closed sink takes nothing more, and may be closed again': async ({ sink }) => {
    await storeAll(sink, [1, 2, 3, 4]);
    await sink.close();
    await demandRefused(store(sink, 0), 'a piece');
    await demandRefused(sink.save('download'), 'saving');
    await sink.close();
    await sink.discard();
  },
  'storing ends while the sink is closed or discarded': async ({ sink }) => {
    const stored = ALL.map((ordinal) => store(sink, ordinal));
    const settled = Promise.allSettled(stored);
    await Promise.all([sink.close(), sink.discard()]);
    await settled;
  },
};

function visitsOf<Made extends MadeSink>({ kept, reopen }: SinkVisits<Made>): Scenarios<Made> {
  const demandKept = async (made: Made, ordinals: readonly number[]): Promise<void> => {
    demandPieces((await kept(made))?.pieces, ordinals, 'another visit finds');
  };
  return {
    'I4 listed pieces are there for another visit': async (made) => {
      await storeAll(made.sink, [1, 2, 3, 4]);
      // Check at once: a second later it is there anyway.
      await made.sink.list();
      await demandKept(made, [1, 2, 3, 4]);
    },
    'F7 I4 the pieces of a pack are there for another visit, each by itself': async (made) => {
      await storePack(made.sink);
      await made.sink.list();
      await demandKept(made, [0, 4]);
      await made.sink.forget([{ first: 4, end: 5 }]);
      await demandKept(made, [0]);
      await demandHeld(made.sink, [0]);
    },
    'forgotten pieces are not there for another visit': async (made) => {
      await storeAll(made.sink, ALL);
      await made.sink.list();
      await made.sink.forget([LONG]);
      await demandKept(made, [0, 4]);
    },
    'G1 a generation is known to another visit once it is recorded': async (made) => {
      for (const generation of [1, 2, 7]) {
        await made.sink.recordGeneration(generation);
        demand((await kept(made))?.generation === generation, `it is generation ${generation}`);
      }
    },
    'E4 a choice is known to another visit once it is recorded': async (made) => {
      await made.sink.recordGeneration(1);
      const entries = BUNDLE.manifest.entries.length;
      for (const leftOut of [[{ first: 0, end: 1 }], []]) {
        await made.sink.recordChoice({ entries, leftOut });
        const left = (await kept(made))?.leftOut;
        demand(left?.size === leftOut.length, `${leftOut.length} entries are left out`);
      }
    },
    'a closed sink goes on in another visit': async (made) => {
      await storeAll(made.sink, [0, 1, 2]);
      await made.sink.recordGeneration(1);
      await made.sink.close();
      await demandKept(made, [0, 1, 2]);
      const again = await reopen(made);
      try {
        await demandHeld(again.sink, [0, 1, 2]);
        await storeAll(again.sink, [3, 4]);
        await demandWhole(again);
      } finally {
        await again.sink.discard();
      }
    },
    'a sealed sink can be handed over in another visit': async (made) => {
      await storeAll(made.sink, ALL);
      await made.sink.seal([]);
      await made.sink.close();
      const again = await reopen(made);
      try {
        for (const file of BUNDLE.contents.keys()) await demandFile(again.fileBytes, file);
        await demandReads(again.sink);
      } finally {
        await again.sink.discard();
      }
    },
    'a discarded sink is not there for another visit, though a piece was just being stored': async (
      made,
    ) => {
      await storeAll(made.sink, [2, 3, 4]);
      await made.sink.recordGeneration(1);
      const stored = Promise.allSettled([store(made.sink, 1)]);
      await made.sink.discard();
      await stored;
      demand((await kept(made)) === undefined, 'nothing is left');
    },
  };
}

function faultsOf<Made extends MadeSink>(faults: SinkFaults<Made>): Scenarios<Made> {
  const misfit = 0;
  const storeMisfit = async (made: Made): Promise<void> => {
    await storeAll(made.sink, [1, 2, 3, 4]);
    await faults.fill(made);
    const stored = store(made.sink, misfit);
    await demandFailed(stored, 'disk.full');
  };
  return {
    'a piece that does not fit is kept until there is room': async (made) => {
      await storeMisfit(made);
      await demandFailed(made.sink.storeAgain(pieceAt(misfit)), 'disk.full');
      await faults.makeRoom(made);
      await made.sink.storeAgain(pieceAt(misfit));
      await demandWhole(made);
    },
    'F7 a pack that does not fit is kept until there is room': async (made) => {
      await storeAll(made.sink, [1, 2, 3]);
      await faults.fill(made);
      await demandFailed(storePack(made.sink), 'disk.full');
      await demandFailed(made.sink.storeAgain(PACK), 'disk.full');
      await faults.makeRoom(made);
      await made.sink.storeAgain(PACK);
      await demandWhole(made);
    },
    'a list drops what did not fit': async (made) => {
      await storeMisfit(made);
      await demandHeld(made.sink, [1, 2, 3, 4]);
      await faults.makeRoom(made);
      await demandRefused(made.sink.storeAgain(pieceAt(misfit)), 'what was dropped');
      await store(made.sink, misfit);
      await demandWhole(made);
    },
    'a disk that fails says so, and nothing is recorded on it': async (made) => {
      await storeAll(made.sink, [1, 2, 3, 4]);
      await faults.breakDown(made);
      const stored = store(made.sink, misfit);
      await demandFailed(stored, 'disk.failed');
      await demandFailed(made.sink.recordGeneration(1), 'disk.failed');
    },
  };
}
