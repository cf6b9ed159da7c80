import { LocalProtocolError } from '../errors.ts';
import { createManifest } from '../protocol/manifest.ts';
import type { Manifest } from '../protocol/types.ts';
import type { BundleContext, ChosenEntry } from './types.ts';

export function emptyContext(): BundleContext {
  return {
    manifest: undefined,
    secrets: undefined,
    signaling: 'connecting',
    refusal: undefined,
    problem: undefined,
    deliveries: [],
    halfOpen: [],
    lastNumber: 0,
  };
}

/** What the chosen entries make: a manifest, or what is wrong with them. */
export function chooseEntries(
  name: string,
  entries: readonly ChosenEntry[],
): { readonly manifest: Manifest } | { readonly problem: 'empty' | 'limit' } {
  if (entries.length === 0) return { problem: 'empty' };
  try {
    return { manifest: createManifest(name, entries) };
  } catch (error) {
    if (error instanceof LocalProtocolError && error.code === 'limit') return { problem: 'limit' };
    throw error;
  }
}
