import { formatCount } from './format.ts';

/** Names in a sentence; more would drown it. */
const NAMED = 3;

/** `a.txt, b.txt and 4 others`, for a sentence. */
export function Names({ paths }: { readonly paths: readonly string[] }) {
  const named = paths.slice(0, NAMED);
  const rest = paths.length - named.length;
  return (
    // Each text in an element of its own, so that it can change while a page translator is at work.
    <span>
      {named.map((path, index) => (
        <span key={path}>
          {index > 0 && <Between isLast={rest === 0 && index === named.length - 1} />}
          <bdi className="strong">{path}</bdi>
        </span>
      ))}
      {rest > 0 && <span key={rest}>{` and ${formatCount(rest, 'other')}`}</span>}
    </span>
  );
}

function Between({ isLast }: { readonly isLast: boolean }) {
  return isLast ? <span key="and"> and </span> : <span key="comma">, </span>;
}
