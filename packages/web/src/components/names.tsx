import { formatCount } from '../app/format.ts';

/** Names in a sentence; more would drown it. */
const NAMED = 3;

/** `a.txt, b.txt and 4 others`, for a sentence. */
export function Names({ paths }: { readonly paths: readonly string[] }) {
  const named = paths.slice(0, NAMED);
  const rest = paths.length - named.length;
  return (
    <>
      {named.map((path, index) => (
        <span key={path}>
          {index > 0 && (rest === 0 && index === named.length - 1 ? ' and ' : ', ')}
          <bdi className="strong">{path}</bdi>
        </span>
      ))}
      {rest > 0 && ` and ${formatCount(rest, 'other')}`}
    </>
  );
}
