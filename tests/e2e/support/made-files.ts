// Files of several formats, made here byte by byte.
import { crc32, deflateSync } from 'node:zlib';

/** A file for `setInputFiles`. */
export interface MadeFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file whose type says nothing, as of a sender who lies. */
export function made(name: string, contents: string | Buffer): MadeFile {
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(contents) };
}

/** A picture of one colour (PNG, ISO/IEC 15948). */
export function pngOf(side: number, colour: readonly [red: number, green: number, blue: number]) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  // Eight bits for each of three colours.
  header.writeUInt8(8, 8);
  header.writeUInt8(2, 9);
  const row = Buffer.from([0, ...Array.from({ length: side }, () => colour).flat()]);
  const rows = Buffer.concat(Array.from({ length: side }, () => row));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunkOf('IHDR', header),
    chunkOf('IDAT', deflateSync(rows)),
    chunkOf('IEND', Buffer.alloc(0)),
  ]);
}

function chunkOf(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** A second of a tone, as a WAV of 8,000 samples of a byte each. */
export function wavOf(hertz: number): Buffer {
  const rate = 8_000;
  const samples = Buffer.from(
    Array.from({ length: rate }, (_, at) =>
      Math.round(128 + 50 * Math.sin((2 * Math.PI * hertz * at) / rate)),
    ),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  // PCM, one channel.
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/**
 * A PDF whose pages are each filled by one operator sequence (ISO 32000).
 *
 * @param pages - what is drawn on each page, 200 units wide and 100 high; `/S` is a shading.
 * @param catalog - more entries of the catalog, such as actions.
 * @param shading - the shading's function, an object.
 */
export function pdfOf(
  pages: readonly string[],
  catalog = '',
  shading = streamOf('{ pop 1 0 0 }', '/FunctionType 4 /Domain [0 1] /Range [0 1 0 1 0 1]'),
): Buffer {
  const kids = pages.map((_, at) => `${4 + 2 * at} 0 R`).join(' ');
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 200 100] >>`,
    shading,
    ...pages.flatMap((drawn, at) => [
      `<< /Type /Page /Parent 2 0 R /Contents ${5 + 2 * at} 0 R /Resources << /Shading << /S << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 200 0] /Function 3 0 R /Extend [true true] >> >> >> >>`,
      streamOf(drawn),
    ]),
  ];
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, at) => {
    const offset = file.length;
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>`;
  return Buffer.from(`${file}${end}\nstartxref\n${file.length}\n%%EOF\n`, 'latin1');
}

/** A stream object, as a function of the calculator (type 4) is one, too. */
export function streamOf(contents: string, entries = ''): string {
  return `<< ${entries} /Length ${contents.length} >>\nstream\n${contents}\nendstream`;
}
