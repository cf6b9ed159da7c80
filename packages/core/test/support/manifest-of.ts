import { TEXT_BYTES_MAX } from '../../src/constants.ts';
import type { Manifest } from '../../src/protocol/types.ts';

/**
 * A manifest of files with these sizes, in bytes; `folder` makes an empty folder. Every second entry is a text, if it is
 * small enough to be one.
 */
export function manifestOf(sizes: readonly (number | 'folder')[]): Manifest {
  return {
    name: 'sample',
    entries: sizes.map((size, index) => {
      if (size === 'folder') return { kind: 'folder', path: `folder-${index}` };
      return size <= TEXT_BYTES_MAX && index % 2 === 1
        ? { kind: 'text', path: `text-${index}.txt`, size }
        : { kind: 'file', path: `file-${index}`, size, modified: null, mediaType: '' };
    }),
    bytes: sizes.reduce<number>((sum, size) => sum + (size === 'folder' ? 0 : size), 0),
  };
}
