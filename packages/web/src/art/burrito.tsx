/** The burrito, wrapped, with foil around one half: what is handed over. */
export function Burrito({ className = '' }: { readonly className?: string }) {
  return (
    <svg
      className={`art art-burrito ${className}`.trim()}
      viewBox="0 0 280 180"
      aria-hidden="true"
      focusable="false"
    >
      <g transform="rotate(-9 140 90)">
        <path className="art-wrap" d="M120 40h92a50 50 0 0 1 0 100h-92z" />
        <path className="art-toast" d="m192 64 24 5M222 92l18 9M184 116l20 4" />
        <path
          className="art-foil"
          d="m148 37 19 28-23 25 25 26-19 27H70c-31 0-50-22-50-53s20-53 52-53z"
        />
        <path className="art-crease" d="m54 76 30 22M98 58l14 22M62 122l34-12" />
      </g>
    </svg>
  );
}
