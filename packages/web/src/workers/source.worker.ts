import { createFileSource } from '@burritoshare/peer/storage';
import type { Source } from '@burritoshare/peer/storage';

import type { SourceCalls } from '../sources/calls.ts';
import { serveCalls } from './serve-calls.ts';

declare const self: DedicatedWorkerGlobalScope;

const sources = new Map<number, Source>();

function sourceOf(number: number): Source {
  const source = sources.get(number);
  if (source === undefined) throw new DOMException('the source was closed', 'AbortError');
  return source;
}

serveCalls<SourceCalls>(self, {
  open: async ({ source, manifest, files }) => {
    sources.set(source, createFileSource({ manifest, files }));
    return { output: undefined };
  },
  load: async ({ source, piece }) => {
    const bytes = await sourceOf(source).load(piece);
    return { output: bytes, transfer: [bytes.buffer] };
  },
  matches: async ({ source, piece, leaf }) => ({
    output: await sourceOf(source).matches(piece, leaf),
  }),
  digest: async ({ source, failedFiles }) => ({
    output: await sourceOf(source).digest(failedFiles),
  }),
  close: async ({ source }) => {
    sources.get(source)?.close();
    sources.delete(source);
    return { output: undefined };
  },
});
