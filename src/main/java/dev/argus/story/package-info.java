/**
 * What happened to one photo: {@code argus story}.
 *
 * <p>A {@link dev.argus.story.StoryTeller} puts together what lies in S3 (the photo, its attempts,
 * its result or dead letter) and what the nodes have logged of it: in CloudWatch, or in the data
 * directory of {@code argus local}.
 */
package dev.argus.story;
