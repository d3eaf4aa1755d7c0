/** Reports as pages with charts, each one file that needs nothing but itself. */
package dev.argus.page;
