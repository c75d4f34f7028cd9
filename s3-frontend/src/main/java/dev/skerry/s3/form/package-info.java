/** Uploads by HTML form: {@code multipart/form-data} taken apart as it comes in, and the policies that sign it. */
@NullMarked
package dev.skerry.s3.form;

import org.jspecify.annotations.NullMarked;
