/** The system's tables, in a history of their own: they change with sqa, the features with the project. */
import { featureSystemTables } from "sqa";

export const { featureVersions, featureSnapshots } = featureSystemTables();
