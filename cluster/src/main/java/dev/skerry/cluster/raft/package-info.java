/** Commands through the log of a Raft group (Apache Ratis), whose messages travel as calls between nodes. */
@NullMarked
package dev.skerry.cluster.raft;

import org.jspecify.annotations.NullMarked;
