/** An open tortilla, uneven and toasted: the place to put things. */
export function Tortilla({ className = '' }: { readonly className?: string }) {
  return (
    <svg
      className={`art art-tortilla ${className}`.trim()}
      viewBox="0 0 400 400"
      aria-hidden="true"
      focusable="false"
    >
      <path
        className="art-dough"
        d="M208 8C302 2 384 76 393 168c10 108-62 200-156 221C132 413 29 349 9 246-12 140 62 20 208 8z"
      />
      <g className="art-spots">
        <ellipse cx="99" cy="97" rx="22" ry="13" transform="rotate(-30 99 97)" />
        <ellipse cx="306" cy="89" rx="15" ry="9" transform="rotate(22 306 89)" />
        <ellipse cx="212" cy="36" rx="16" ry="7" />
        <ellipse cx="51" cy="180" rx="8" ry="12" />
        <ellipse cx="71" cy="281" rx="14" ry="21" transform="rotate(22 71 281)" />
        <ellipse cx="349" cy="246" rx="17" ry="26" />
        <ellipse cx="206" cy="362" rx="31" ry="11" />
        <ellipse cx="300" cy="334" rx="14" ry="9" transform="rotate(-32 300 334)" />
      </g>
    </svg>
  );
}
