package dev.skerry.blob.migrate;

import org.jspecify.annotations.Nullable;

/**
 * What a person decides of a migration.
 *
 * @param bucket the bucket for everything, whole old paths becoming keys; or null, and the first segment of each old
 *     path names its bucket
 * @param ownerId canonical id of who will own it all
 * @param region the location of buckets that are created, or empty
 * @param inlineThresholdBytes bodies up to this length live in the database
 */
public record MigrationSettings(@Nullable String bucket, String ownerId, String region, int inlineThresholdBytes) {}
