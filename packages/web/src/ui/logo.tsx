/** The burrito, half unwrapped. Decorative: words always stand next to it. */
export function Mark({ className = 'mark' }: { readonly className?: string }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g transform="rotate(32 16 16)">
        <circle className="mark-salsa" cx="16.2" cy="4.9" r="3.4" />
        <circle className="mark-avocado" cx="11.6" cy="6.4" r="3.1" />
        <circle className="mark-corn" cx="20.6" cy="6.6" r="2.9" />
        <path
          className="mark-tortilla"
          d="M7.5 8.4c2.4-1.5 5 .9 8.3-.3s6-1.1 8.7.3V22a8.5 8.5 0 0 1-17 0z"
        />
        <path className="mark-toast" d="M11.3 12.4h1.8M17.8 11.3h2.4M16 14.6h1.2" />
        <path
          className="mark-foil"
          d="m7.5 15.8 2.8 2.4 2.9-2.7 2.8 2.7 2.9-2.7 2.8 2.7 2.8-2.4V22a8.5 8.5 0 0 1-17 0z"
        />
        <path className="mark-crease" d="m12.2 22.5 1.6 3M18.6 21.5l-1.2 3.3" />
      </g>
    </svg>
  );
}
