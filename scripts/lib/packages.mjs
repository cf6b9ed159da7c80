import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} folder relative to the workspace, such as `packages/core`
 * @property {boolean} isPrivate
 * @property {readonly string[]} entries the specifiers that others may import, such as `@burritoshare/core/testing`
 */

/**
 * The packages in `packages`, read from their manifests.
 *
 * @param {string} workspace
 * @returns {readonly Package[]}
 */
export function readPackages(workspace) {
  return readdirSync(join(workspace, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = `packages/${name}`;
      const manifest = JSON.parse(readFileSync(join(workspace, folder, 'package.json'), 'utf8'));
      return {
        name: manifest.name,
        folder,
        isPrivate: manifest.private === true,
        entries: Object.keys(manifest.exports ?? {}).map((key) => manifest.name + key.slice(1)),
      };
    });
}
