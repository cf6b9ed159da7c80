import { cleanName, type ChosenEntry } from '@burritoshare/core';

import { formatCount } from '../../ui/format.ts';

/** What files are called that are all of a kind, by their media types and extensions. */
type Noun = 'photo' | 'video' | 'song';

// Drawings and icons are images too, and nobody calls them photos. A list of songs is no song.
const NO_PHOTO = /^image\/(?:svg|gif|x-icon|vnd\.microsoft\.icon)/;
const NO_SONG = /mpegurl|scpls/;
// Browsers tell types by extension, and take TypeScript for a stream of television.
const NO_VIDEO = /^video\/(?:mp2t|vnd\.dlna\.mpeg-tts)/;

/** For files whose type the platform doesn't know, such as HEIC on most systems. */
const EXTENSIONS: Readonly<Record<Noun, RegExp>> = {
  photo: /^(?:jpe?g|png|heic|heif|avif|webp|tiff?|dng|cr[23]|nef|arw|orf|raf|rw2)$/,
  video: /^(?:mp4|m4v|mov|mkv|webm|avi|wmv|mpe?g|3gp|mts|m2ts)$/,
  song: /^(?:mp3|m4a|aac|flac|ogg|opus|wav|wma|aiff?)$/,
};

/**
 * The name that a bundle of these entries gets: that of the only file or folder, or of the only text without its
 * `.txt`, else `5 photos`, `3 videos`, `4 songs`, `2 texts` or `5 files` where all are of a kind, else
 * `lake.jpg and 2 more`. In normal form (rule M6).
 *
 * @param entries - in the order in which they are shown.
 */
export function suggestedName(
  entries: readonly Pick<ChosenEntry, 'kind' | 'path' | 'mediaType'>[],
): string {
  const tops = [...new Set(entries.map(({ path }) => path.split('/', 1)[0] ?? ''))];
  const [first = ''] = tops;
  const [only] = entries;
  if (entries.length === 1 && only?.kind === 'text') return cleanName(first.replace(/\.txt$/, ''));
  if (tops.length < 2) return cleanName(first);
  const nouns = new Set(entries.map(kindOf));
  const [kind] = nouns;
  // Names travel, so the figures don't depend on where they were made.
  if (nouns.size === 1 && kind !== undefined)
    return formatCount(entries.length, isNoun(kind) || kind === 'text' ? kind : 'file', 'en');
  return cleanName(`${cleanName(first)} and ${formatCount(tops.length - 1, 'more', 'en', 'more')}`);
}

/** What is the same for entries of a kind: a noun, or the extension. Undefined where that says nothing. */
function kindOf({
  kind,
  path,
  mediaType,
}: Pick<ChosenEntry, 'kind' | 'path' | 'mediaType'>): string | undefined {
  if (kind === 'folder') return undefined;
  if (kind === 'text') return kind;
  const extension = /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase();
  return (
    nounOf(mediaType.toLowerCase(), extension ?? '') ??
    (extension === undefined ? undefined : `.${extension}`)
  );
}

function nounOf(mediaType: string, extension: string): Noun | undefined {
  if (mediaType.startsWith('image/') && !NO_PHOTO.test(mediaType)) return 'photo';
  if (mediaType.startsWith('video/') && !NO_VIDEO.test(mediaType)) return 'video';
  if (mediaType.startsWith('audio/') && !NO_SONG.test(mediaType)) return 'song';
  return (['photo', 'video', 'song'] as const).find((noun) => EXTENSIONS[noun].test(extension));
}

function isNoun(kind: string): kind is Noun {
  return kind in EXTENSIONS;
}
