import type { VersioningBehavior, WorkflowDefinitionOptions } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';

/**
 * What all workflows have in common, and whether one stays with the version of the worker that it began with. Only a
 * worker of a version may say that: the server refuses every task of one without where it says so.
 */
export function optionsOf(versioningBehavior: VersioningBehavior): () => WorkflowDefinitionOptions {
  return () => ({
    // Else an error thrown by a fault in the code would retry its task for ever, and the workflow would hang.
    failureExceptionTypes: [Error],
    // A worker without one has a build id nevertheless, which the SDK makes up, and no name.
    ...(workflowInfo().currentDeploymentVersion?.deploymentName && { versioningBehavior }),
  });
}
