import { foldCase } from '@burritoshare/core';

import { folderName, simpleName } from '../../delivery/allowed-names.ts';
import { numberedName } from './file-names.ts';

/** The names under which a tree of files is written. */
export interface NamePlan {
  /** The name for a file or a folder, by its path in the tree. */
  nameOf(path: string): string;
  /** A simpler name, if the last one was refused. Each call gives another. */
  simplerNameOf(path: string): string;
}

/** Finds a name for each file and folder: its own if that is allowed, and never the name of a neighbour. */
export function planNames(paths: readonly string[]): NamePlan {
  const nodes = new Set(paths.flatMap(withFolders));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const take = (path: string, wanted: string): string => {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    let name = wanted;
    for (let number = 2; taken.has(folder + foldCase(name)); number++)
      name = numberedName(wanted, number);
    taken.add(folder + foldCase(name));
    return name;
  };
  const changed: string[] = [];
  for (const path of nodes) {
    const name = lastOf(path);
    if (folderName(name) !== name) changed.push(path);
    else {
      names.set(path, name);
      taken.add(path.slice(0, path.length - name.length) + foldCase(name));
    }
  }
  for (const path of changed) names.set(path, take(path, folderName(lastOf(path))));
  return {
    nameOf: (path) => names.get(path) ?? folderName(lastOf(path)),
    simplerNameOf: (path) => take(path, simpleName(lastOf(path))),
  };
}

function withFolders(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'));
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
