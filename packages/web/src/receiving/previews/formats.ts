// The files that a browser can show, by the ending of their names. The page decides by it whether there is a button;
// what is shown in the end is decided by the first bytes as well (decide.ts).

/** The formats that are shown. Their names are what the first bytes are compared with. */
export type Format =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'avif'
  | 'bmp'
  | 'svg'
  | 'mp3'
  | 'm4a'
  | 'ogg'
  | 'wav'
  | 'flac'
  | 'mp4'
  | 'webm'
  | 'mov'
  | 'pdf'
  | 'text';

const ENDINGS: Readonly<Record<Format, string>> = {
  png: 'png',
  jpeg: 'jpg jpeg jpe jfif',
  gif: 'gif',
  webp: 'webp',
  avif: 'avif',
  bmp: 'bmp',
  svg: 'svg',
  mp3: 'mp3',
  m4a: 'm4a',
  ogg: 'ogg oga opus',
  wav: 'wav',
  flac: 'flac',
  mp4: 'mp4 m4v',
  webm: 'webm',
  mov: 'mov',
  pdf: 'pdf',
  // Pages and scripts among them, too: as text they are only read.
  text:
    'txt text md markdown csv tsv json jsonl log ini conf toml yaml yml xml html htm xhtml css scss less ' +
    'js mjs cjs jsx ts mts cts tsx vue svelte py rb php pl lua r go rs java kt kts scala swift ' +
    'c h cc cpp cxx hpp cs m sql sh bash zsh fish ps1 bat diff patch tex srt vtt',
};

const FORMATS: ReadonlyMap<string, Format> = new Map(
  (Object.keys(ENDINGS) as Format[]).flatMap((format) =>
    ENDINGS[format].split(' ').map((ending): [string, Format] => [ending, format]),
  ),
);

/** What a file is by its name; undefined if that isn't shown here, or the name has no ending. */
export function formatOf(path: string): Format | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? FORMATS.get(name.slice(dot + 1).toLowerCase()) : undefined;
}
