/** The examples of docs/tutorial-existing-application.md: a table in clear, its application in three releases, and what runs beside. */
package dev.tegula.docs.adoption;
