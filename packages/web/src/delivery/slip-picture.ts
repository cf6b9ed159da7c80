// The slip as a picture, for people who keep their receipts. It is drawn, not photographed: a page can't take a picture
// of itself.

/** What is written on it, from top to bottom. */
export interface SlipWords {
  readonly name: string;
  /** Pairs of a left and a right text. */
  readonly facts: readonly (readonly [left: string, right: string])[];
  /** The twelve characters. */
  readonly code: string;
  readonly below: string;
}

/** Pixels of the picture: twice the slip's, so that it is sharp on a good screen. */
const WIDTH = 672;
const MARGIN = 48;
const TOOTH = 16;
const LINE = 40;

const PAPER = '#fffdf8';
const INK = '#33241a';
const SOFT = '#6a5545';
const RULE = '#c9a678';

const TEXT = "'Figtree Variable', sans-serif";
const DISPLAY = "'Bricolage Grotesque', 'Figtree Variable', sans-serif";

/** Draws the slip as a PNG. @throws Error where the browser can't draw or encode. */
export async function drawSlip({ name, facts, code, below }: SlipWords): Promise<Blob> {
  const fonts = [`700 38px ${TEXT}`, `500 28px ${TEXT}`, `800 64px ${DISPLAY}`] as const;
  // The page shows all of them already, but a picture of another face would be another slip.
  await Promise.all(fonts.map((font) => document.fonts.load(font, name + code)));
  const [nameFont, factFont, codeFont] = fonts;
  const codeTop = 120 + facts.length * LINE;
  const height = codeTop + 176;
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = height + TOOTH;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  const write = (text: string, font: string, color: string, x: number, y: number) => {
    context.font = font;
    context.fillStyle = color;
    context.fillText(fitting(context, text, WIDTH - 2 * MARGIN), x, y);
  };

  context.fillStyle = PAPER;
  tear(context, height);
  context.fill();
  context.textAlign = 'center';
  write(name, nameFont, INK, WIDTH / 2, 80);
  for (const [index, [left, right]] of facts.entries()) {
    const y = 140 + index * LINE;
    context.textAlign = 'left';
    write(left, factFont, INK, MARGIN, y);
    context.textAlign = 'right';
    write(right, factFont, INK, WIDTH - MARGIN, y);
  }
  context.strokeStyle = RULE;
  context.lineWidth = 4;
  context.setLineDash([10, 8]);
  context.stroke(new Path2D(`M${MARGIN} ${codeTop + 24}H${WIDTH - MARGIN}`));
  context.textAlign = 'center';
  write(code, codeFont, INK, WIDTH / 2, codeTop + 104);
  write(below, factFont, SOFT, WIDTH / 2, codeTop + 152);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)));
  });
}

/** Outlines the paper, torn off below. */
function tear(context: CanvasRenderingContext2D, height: number): void {
  context.beginPath();
  context.moveTo(0, 0);
  context.lineTo(WIDTH, 0);
  for (let x = WIDTH; x > 0; x -= 2 * TOOTH) {
    context.lineTo(x, height);
    context.lineTo(x - TOOTH, height + TOOTH);
  }
  context.lineTo(0, height);
}

/** A text that is too long loses its end. */
function fitting(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const letters = Array.from(text.slice(0, 200));
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > width)
    letters.pop();
  return `${letters.join('')}…`;
}
