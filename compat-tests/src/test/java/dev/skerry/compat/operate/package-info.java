/** What an operator sees of a server and does to it: metrics, logs, disks, stopping, migration. */
@NullMarked
package dev.skerry.compat.operate;

import org.jspecify.annotations.NullMarked;
