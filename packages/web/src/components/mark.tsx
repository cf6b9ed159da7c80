/** The burrito, a quarter unwrapped. Decorative: words always stand next to it. */
export function Mark({ className = 'mark' }: { readonly className?: string }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g transform="rotate(38 16 16)">
        <rect className="mark-tortilla" x="9.25" y="2" width="13.5" height="28" rx="6.75" />
        <path className="mark-filling" d="M12.2 4.6c1.3-1.5 6.3-1.5 7.6 0-1 1.5-2.3.5-3.6 1.2-1.5.8-3 .3-4-1.2z" />
        <path
          className="mark-wrap"
          d="M9.25 15.5 22.75 12v11.25a6.75 6.75 0 0 1-13.5 0z"
        />
        <path className="mark-fold" d="M9.25 21 22.75 17.5" />
        <rect className="mark-outline" x="9.25" y="2" width="13.5" height="28" rx="6.75" />
      </g>
    </svg>
  );
}
