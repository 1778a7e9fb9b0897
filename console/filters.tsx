import { useEffect, useRef } from 'preact/hooks';
import type { FilterField } from './filter-query.ts';
import type { Route } from './route.ts';

interface FiltersProps {
  fields: readonly FilterField[];
  query: Route['query'];
  setQuery: (query: Route['query']) => void;
}

/** Takes effect when it is sent, so that a list does not change under who still types. */
export function Filters({ fields, query, setQuery }: FiltersProps) {
  const form = useRef<HTMLFormElement>(null);
  // The address decides: it also changes by "Clear" and by going back.
  useEffect(() => {
    for (const { name } of fields) {
      const control = form.current?.elements.namedItem(name);
      if (control instanceof HTMLInputElement || control instanceof HTMLSelectElement) {
        control.value = query[name] ?? '';
      }
    }
  }, [fields, query]);
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const entries = [...new FormData(event.currentTarget)].map(
      ([name, value]) => [name, String(value).trim()] as const,
    );
    setQuery(Object.fromEntries(entries.filter(([, value]) => value !== '')));
  };
  return (
    <form class="filters" aria-label="Filters" ref={form} onSubmit={submit}>
      {fields.map((field) => (
        <div class="field" key={field.name}>
          <label for={idOf(field)}>{field.label}</label>
          <Control field={field} />
        </div>
      ))}
      <div class="actions">
        <button type="submit">Apply</button>
        <button type="button" onClick={() => setQuery({})}>
          Clear
        </button>
      </div>
    </form>
  );
}

function Control({ field }: { field: FilterField }) {
  const { name, kind, options = [], noChoice = 'Any' } = field;
  const id = idOf(field);
  if (kind === 'day') return <input id={id} name={name} type="date" max="9999-12-31" />;
  if (kind === 'text') {
    return <input id={id} name={name} maxLength={200} autocomplete="off" spellcheck={false} />;
  }
  return (
    <select id={id} name={name}>
      <option value="">{noChoice}</option>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

function idOf({ name }: FilterField): string {
  return `filter-${name}`;
}
