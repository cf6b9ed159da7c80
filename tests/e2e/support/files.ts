import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';

const MEBIBYTE = 1024 * 1024;

/** SHA-256 of a file, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const data of createReadStream(path)) hash.update(data as Buffer);
  return hash.digest('hex');
}

/** Writes a file of random bytes. */
export async function writeRandom(path: string, mebibytes: number): Promise<string> {
  const stream = createWriteStream(path);
  for (let written = 0; written < mebibytes; written++) {
    if (!stream.write(randomBytes(MEBIBYTE))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
  return path;
}

/**
 * Writes a file of zeros, which takes no time. A file that exists only in the test would go to the browser through the
 * pipe that drives it, where 40 MiB take seconds.
 */
export async function writeZeros(path: string, mebibytes: number): Promise<string> {
  await writeFile(path, '');
  await truncate(path, mebibytes * MEBIBYTE);
  return path;
}

/** Writes files below a folder, making the folders in between. */
export async function writeTree(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}
