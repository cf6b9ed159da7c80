// How large a picture is, from its first bytes: what a decoder would ask memory for, before one is asked to decode it.
import type { Format } from './formats.ts';

/** Pixels of a picture; undefined where its first bytes don't tell. */
export function pixelsIn(format: Format, head: Uint8Array): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    const [width, height] = sidesIn(format, view) ?? [];
    return width === undefined || height === undefined ? undefined : width * height;
  } catch (error) {
    // A picture that ends amid its head.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Sides = readonly [width: number, height: number];

function sidesIn(format: Format, view: DataView): Sides | undefined {
  switch (format) {
    case 'png':
      return [view.getUint32(16), view.getUint32(20)];
    case 'gif':
      return [view.getUint16(6, true), view.getUint16(8, true)];
    case 'bmp':
      // Negative where the rows go downwards.
      return [Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true))];
    case 'webp':
      return sidesInWebp(view);
    case 'jpeg':
      return sidesInJpeg(view);
    case 'avif':
      return sidesInAvif(view);
    default:
      return undefined;
  }
}

/** RFC 9649: the first chunk says which of three kinds it is. */
function sidesInWebp(view: DataView): Sides | undefined {
  const low14 = 0x3fff;
  switch (view.getUint8(15)) {
    case 0x58: {
      const of24 = (at: number) => 1 + view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
      return [of24(24), of24(27)];
    }
    case 0x4c: {
      const bits = view.getUint32(21, true);
      return [1 + (bits & low14), 1 + ((bits >>> 14) & low14)];
    }
    case 0x20:
      return [view.getUint16(26, true) & low14, view.getUint16(28, true) & low14];
    default:
      return undefined;
  }
}

/** ITU T.81, B.1: segments, until the one that begins the frame. */
function sidesInJpeg(view: DataView): Sides | undefined {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    // Bytes of 0xff may stand between segments.
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** 0xc0 to 0xcf begin frames, but for three that lie among them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** ISO/IEC 23008-12, 6.5.3: the property `ispe`; the largest, since each item of the file has one. */
function sidesInAvif(view: DataView): Sides | undefined {
  let found: Sides | undefined;
  for (let at = 0; at + 16 <= view.byteLength; at++) {
    if (view.getUint32(at) !== 0x69_73_70_65) continue;
    const sides: Sides = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (found === undefined || sides[0] * sides[1] > found[0] * found[1]) found = sides;
  }
  return found;
}
