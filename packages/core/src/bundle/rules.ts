import { LocalProtocolError } from '../errors.ts';
import { createManifest } from '../protocol/manifest.ts';
import type { Manifest } from '../protocol/types.ts';
import type { BundleContext, ChosenEntry } from './types.ts';

export function initialContext(): BundleContext {
  return {
    senderName: undefined,
    note: undefined,
    asksFirst: false,
    once: false,
    approved: [],
    refused: [],
    manifest: undefined,
    chosenPaths: [],
    secrets: undefined,
    signaling: 'connecting',
    refusal: undefined,
    problem: undefined,
    deliveries: [],
    waiting: [],
    members: [],
    formerlySeated: [],
    seats: 0,
    watched: [],
    halfOpen: [],
    handshakes: [],
    knocks: [],
    lastNumber: 0,
  };
}

/** Makes a manifest of the chosen entries, or says what is wrong with them. */
export function chooseEntries(
  name: string,
  entries: readonly ChosenEntry[],
):
  | { readonly manifest: Manifest; readonly chosenPaths: readonly string[] }
  | { readonly problem: 'empty' | 'limit' } {
  if (entries.length === 0) return { problem: 'empty' };
  try {
    const chosenPaths = entries.map(({ path }) => path);
    return { manifest: createManifest(name, entries), chosenPaths };
  } catch (error) {
    if (error instanceof LocalProtocolError && error.code === 'limit') return { problem: 'limit' };
    throw error;
  }
}
