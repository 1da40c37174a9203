// What the recipe needs of Strapi's own package.
class ApplicationError extends Error {
  constructor(message, details) {
    super(message);
    this.details = details;
  }
}
module.exports = { errors: { ApplicationError } };
