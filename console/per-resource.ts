import { everyResource, mapResources, type PerResource } from '../contract/resources.ts';
import { anything, object, type Shape } from './shapes.ts';

/** Something of each resource of a sync; of one that came later, where it is there. */
export function perResource<Value>(shape: Shape<Value>): Shape<PerResource<Value>> {
  return (value, at) =>
    mapResources(given(value, at), (one, resource) => shape(one, `${at}.${resource}`));
}

const given: Shape<PerResource<unknown>> = object(everyResource(() => anything));
