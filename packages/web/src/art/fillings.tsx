/** What goes onto the tortilla: tomato, avocado, corn, and a leaf. */
export function Fillings({ className = '' }: { readonly className?: string }) {
  return (
    <svg
      className={`art art-fillings ${className}`.trim()}
      viewBox="0 0 220 120"
      aria-hidden="true"
      focusable="false"
    >
      <path
        className="art-leaf"
        d="M14 92c6-42 40-70 84-64-4 40-32 72-84 64zM14 92c24-18 44-32 84-64"
      />
      <circle className="art-tomato" cx="98" cy="72" r="34" />
      <path className="art-line" d="M82 58c6-6 14-9 22-8" />
      <path
        className="art-avocado"
        d="M150 22c22 0 30 26 42 44 10 17 2 40-22 42-26 2-44-16-42-40 2-20 6-46 22-46z"
      />
      <circle className="art-pit" cx="162" cy="76" r="16" />
      <circle className="art-corn" cx="128" cy="98" r="12" />
      <circle className="art-corn" cx="52" cy="98" r="11" />
    </svg>
  );
}
