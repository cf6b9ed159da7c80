import type { Manifest } from '../../src/protocol/types.ts';

/** A manifest of files with these sizes, in bytes; `folder` makes an empty folder. */
export function manifestOf(sizes: readonly (number | 'folder')[]): Manifest {
  return {
    name: 'sample',
    entries: sizes.map((size, index) =>
      size === 'folder'
        ? { kind: 'folder', path: `folder-${index}` }
        : { kind: 'file', path: `file-${index}`, size, modified: null, mediaType: '' },
    ),
    bytes: sizes.reduce<number>((sum, size) => sum + (size === 'folder' ? 0 : size), 0),
  };
}
