import { useEffect, useState } from 'preact/hooks';
import { hashOf, type Route, routeOf } from './route.ts';

/** The route in the address bar, and how to change it. */
export function useRoute(): [Route, (next: Route) => void] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return [
    routeOf(hash),
    (next) => {
      location.hash = hashOf(next);
    },
  ];
}
