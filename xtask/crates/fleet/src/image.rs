//! What a fleet has to know of an image: the system extensions in it, and who installs it.

use catalogue::Workspace;
use diag::Diagnostic;
use machine::Recipe;

/// A machine image, `images/<name>.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// The names of its system extensions, without the account that publishes them.
    pub extensions: Vec<String>,
    /// The installer of Talos with these extensions; nothing for an image that is no Talos.
    pub installer: Option<String>,
}

impl Image {
    /// Reads an image; nothing when there is no such file.
    pub(crate) fn load(workspace: &Workspace, name: &str) -> Result<Option<Self>, Vec<Diagnostic>> {
        if !workspace.is_file(&format!("images/{name}.yaml")) {
            return Ok(None);
        }
        let image = catalogue::load_image(workspace, &format!("images/{name}"))?;
        let short = |name: &String| name.rsplit('/').next().unwrap_or(name).to_owned();
        let extensions = image.spec.extensions.iter().map(short).collect();
        // What is wrong with a description in its own right is told when the image is built.
        let recipe = image.spec.base.talos.is_some().then(|| Recipe::new(&image).ok()).flatten();
        Ok(Some(Self { extensions, installer: recipe.map(|recipe| recipe.installer()) }))
    }
}
